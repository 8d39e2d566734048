#include "app/key_watch.hpp"

#include "base/log.hpp"

namespace platen::app {

KeyWatch::KeyWatch(Loop& loop, KeyRegistry& registry, http::Gatekeeper& gatekeeper, std::chrono::milliseconds every)
    : loop_(loop),
      registry_(registry),
      gatekeeper_(gatekeeper),
      every_(every),
      answers_(loop, [this](const Answer& answer) { hear(answer); }) {
  tick();
}

void KeyWatch::tick() {
  timer_ = loop_.after(every_, [this] { tick(); });
  if (is_asking_) return;
  is_asking_ = true;
  registry_.list_later(gatekeeper_.version(),
                       [box = answers_.sender()](Answer answer) { box->put(std::move(answer)); });
}

void KeyWatch::hear(const Answer& answer) {
  is_asking_ = false;
  if (!answer) return;  // the connection's log says why
  if (!*answer) return gatekeeper_.learn_nothing_new();
  gatekeeper_.learn(http::KeyTable(**answer));
  log_line(spdlog::level::info, "keys read",
           {{"count", static_cast<std::int64_t>((*answer)->keys.size())},
            {"open", gatekeeper_.is_open() ? "true" : "false"}});
}

}  // namespace platen::app
