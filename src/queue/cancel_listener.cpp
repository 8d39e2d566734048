#include "queue/cancel_listener.hpp"

#include <utility>

namespace platen::queue {

CancelListener::CancelListener(const redis::Url& url, OnCancel on_cancel, Keys keys)
    : on_cancel_(std::move(on_cancel)),
      keys_(std::move(keys)),
      connection_(loop_, url, {[this] { subscribe(); }, [] {}, [this](const redis::Value& push) { take(push); }}),
      thread_([this](std::stop_token stop) { loop_.run(std::move(stop)); }) {}

CancelListener::~CancelListener() {
  thread_.request_stop();
  thread_.join();
}

void CancelListener::subscribe() {
  const std::string channel = keys_.control();
  const std::string_view command[] = {"SUBSCRIBE", channel};
  connection_.send(command);
}

void CancelListener::take(const redis::Value& push) {
  if (push[0].text() != "message") return;
  if (const auto job = parse_job_id(push[2].text())) on_cancel_(*job);
}

}  // namespace platen::queue
