#include "cli/api.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/guarded.hpp"
#include "cli/output_file.hpp"
#include "net/event_stream.hpp"

namespace platen::cli {

namespace {

constexpr int first_refusal = 300;
constexpr int status_found = 302;

std::string type_of_data(std::string_view path) {
  const auto ends_with = [&](std::string_view end) {
    return path.size() >= end.size() && path.substr(path.size() - end.size()) == end;
  };
  if (ends_with(".csv")) return "text/csv";
  if (ends_with(".tsv")) return "text/tab-separated-values";
  if (ends_with(".ndjson") || ends_with(".jsonl")) return "application/x-ndjson";
  return {};
}

/// `-` is standard input, which is a file here too.
std::string readable_path(const std::string& path) { return path == "-" ? "/dev/stdin" : path; }

}  // namespace

namespace {

std::optional<std::chrono::seconds> retry_after_in(const net::HttpResponse& answer) {
  const auto field = answer.headers.find("retry-after");
  if (field == answer.headers.end()) return std::nullopt;
  std::uint32_t seconds = 0;
  const char* const end = field->second.data() + field->second.size();
  const auto [last, error] = std::from_chars(field->second.data(), end, seconds);
  if (error != std::errc{} || last != end) return std::nullopt;
  return std::chrono::seconds(seconds);
}

Error told_by(const net::HttpResponse& answer) {
  if (auto problem = codec::decode_problem(answer.body)) return std::move(*problem);
  const std::string detail = fmt::format("the server answers {} and nothing that Platen would say", answer.status);
  switch (answer.status) {
    case 401: return {Errc::unauthorized, detail, {}};
    case 403:
    case 407: return {Errc::forbidden, detail, {}};
    case 404: return {Errc::not_found, detail, {}};
    case 413: return {Errc::too_large, detail, {}};
    case 429: return {Errc::busy, detail, {}};
    default: return {answer.status >= 500 ? Errc::unavailable : Errc::invalid_request, detail, {}};
  }
}

}  // namespace

Error error_in(const net::HttpResponse& answer) {
  Error error = told_by(answer);
  if (error.code == Errc::unauthorized)
    error.detail += " Give a key with --api-key-file or PLATEN_API_KEY; `platen key create` makes one.";
  error.retry_after = retry_after_in(answer);
  return error;
}

Api::Api(std::string server, std::stop_token stop, std::string key)
    : server_(std::move(server)),
      stop_(std::move(stop)),
      key_field_(key.empty() ? std::string() : "Authorization: Bearer " + key) {
  while (!server_.empty() && server_.back() == '/') server_.pop_back();
}

Api Api::fork() const {
  constexpr std::string_view before_key = "Authorization: Bearer ";
  return Api(server_, stop_, key_field_.empty() ? std::string() : key_field_.substr(before_key.size()));
}

void Api::add_key(const std::string& url, std::vector<std::string>& headers) const {
  // A link may lead elsewhere, which the key is none of.
  if (!key_field_.empty() && url.starts_with(server_ + "/")) headers.push_back(key_field_);
}

Error Api::explained(Error error) const {
  if (error.code == Errc::unavailable)
    error.detail = fmt::format("cannot reach {}: {}. Is `platen up` running there?", server_, error.detail);
  if (error.code == Errc::timed_out) error.detail = fmt::format("{} does not answer: {}", server_, error.detail);
  return error;
}

Result<net::HttpResponse> Api::send(net::HttpRequest request, const net::HttpEvents& events) {
  add_key(request.url, request.headers);
  auto answer = client_.send(request, events, stop_);
  if (!answer) return fail(explained(answer.error()));
  if (answer->status >= first_refusal) return fail(error_in(*answer));
  return answer;
}

Result<codec::RemoteJob> Api::send_for_job(net::HttpRequest request, const net::HttpEvents& events) {
  return send(std::move(request), events).and_then([](const net::HttpResponse& answer) {
    return codec::decode_job(answer.body);
  });
}

Result<codec::RemoteJob> Api::submit(const std::string& request, const std::string& data_path,
                                     const std::string& idempotency_key, const OnSent& on_sent) {
  const std::string name = data_path.substr(data_path.rfind('/') + 1);
  net::HttpRequest post;
  post.method = "POST";
  post.url = url_of("/v1/jobs");
  post.headers = {"Idempotency-Key: " + idempotency_key};
  post.body = std::vector<net::Part>{{.name = "job", .type = "application/json", .filename = {}, .content = request},
                                     {.name = "data",
                                      .type = type_of_data(data_path),
                                      .filename = data_path == "-" ? std::string("data") : name,
                                      .content = net::FileBody{readable_path(data_path)}}};
  net::HttpEvents events;
  events.on_sent = on_sent;
  return send_for_job(std::move(post), events);
}

Result<RemoteUpload> Api::send_for_upload(net::HttpRequest request, const net::HttpEvents& events) {
  return send(std::move(request), events).and_then([](const net::HttpResponse& answer) -> Result<RemoteUpload> {
    const auto field = [&](const char* name) {
      const auto found = answer.headers.find(name);
      return found == answer.headers.end() ? std::string() : found->second;
    };
    RemoteUpload upload{.is_whole = field("upload-complete") == "?1", .json = answer.body};
    const auto number = [](const std::string& text, std::uint64_t& value) {
      return std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc{};
    };
    if (!number(field("upload-offset"), upload.offset) || !number(field("upload-length"), upload.length))
      return fail(Errc::unavailable, "the server does not say how far the upload is");
    const std::string location = field("location");
    upload.id = location.substr(location.rfind('/') + 1);
    return upload;
  });
}

Result<RemoteUpload> Api::begin_upload(std::uint64_t bytes) {
  net::HttpRequest post;
  post.method = "POST";
  post.url = url_of("/v1/uploads");
  post.headers = {fmt::format("Upload-Length: {}", bytes)};
  return send_for_upload(std::move(post));
}

Result<RemoteUpload> Api::find_upload(const std::string& id) {
  net::HttpRequest get;
  get.url = url_of("/v1/uploads/" + net::percent_encode(id));
  return send_for_upload(std::move(get)).map([&](RemoteUpload upload) {
    upload.id = id;
    return upload;
  });
}

Result<RemoteUpload> Api::send_upload(const RemoteUpload& upload, const std::string& path, const OnSent& on_sent) {
  net::HttpRequest put;
  put.method = "PUT";
  put.url = url_of("/v1/uploads/" + net::percent_encode(upload.id));
  put.headers = {fmt::format("Content-Range: bytes {}-{}/{}", upload.offset, upload.length - 1, upload.length)};
  put.body = net::FileBody{path, upload.offset};
  net::HttpEvents events;
  events.on_sent = [&](std::uint64_t sent, std::uint64_t) { on_sent(upload.offset + sent, upload.length); };
  return send_for_upload(std::move(put), events).map([&](RemoteUpload after) {
    after.id = upload.id;
    return after;
  });
}

bool Api::pause(std::chrono::milliseconds time) const {
  struct Nothing {};
  Guarded<Nothing> never;
  (void)never.wait(
      stop_, [](Nothing) { return false; }, time);
  return !stop_.stop_requested();
}

Result<codec::RemoteJob> Api::find(const std::string& id) {
  net::HttpRequest get;
  get.url = url_of("/v1/jobs/" + net::percent_encode(id));
  return send_for_job(std::move(get));
}

Result<codec::RemoteJobs> Api::list(const ListQuery& query) {
  net::HttpRequest get;
  get.url = url_of(fmt::format("/v1/jobs?limit={}", query.limit));
  if (!query.status.empty()) get.url += "&status=" + net::percent_encode(query.status);
  if (!query.cursor.empty()) get.url += "&cursor=" + net::percent_encode(query.cursor);
  return send(std::move(get)).and_then([](const net::HttpResponse& answer) { return codec::decode_jobs(answer.body); });
}

Result<codec::RemoteJob> Api::cancel(const std::string& id) {
  net::HttpRequest post;
  post.method = "POST";
  post.url = url_of("/v1/jobs/" + net::percent_encode(id) + "/cancel");
  return send_for_job(std::move(post));
}

Result<codec::RemoteJob> Api::redrive(const std::string& id) {
  net::HttpRequest post;
  post.method = "POST";
  post.url = url_of("/v1/jobs/" + net::percent_encode(id) + "/redrive");
  return send_for_job(std::move(post));
}

Result<std::uint64_t> Api::redrive_dead_letters() {
  net::HttpRequest post;
  post.method = "POST";
  post.url = url_of("/v1/dead-letters/redrive");
  post.headers = {"Content-Type: application/json"};
  post.body = std::string(R"({"all":true})");
  return send(std::move(post)).and_then([](const net::HttpResponse& answer) {
    return codec::decode_redriven(answer.body);
  });
}

Result<codec::RemoteJob> Api::follow(const std::string& id, const OnEvent& on_event, const OnBreak& on_break) {
  std::optional<codec::RemoteJob> last;
  net::EventStreamOptions options;
  options.url = url_of("/v1/jobs/" + net::percent_encode(id) + "/events");
  add_key(options.url, options.headers);
  net::EventStream stream(client_, std::move(options));
  const auto end = stream.follow(
      [&](const net::SseEvent& event) {
        auto job = codec::decode_job(event.data);
        if (!job) return net::Flow::go_on;  // of a newer server; nothing that we know
        on_event(event.type, *job);
        last = std::move(*job);
        return has_ended(last->status) ? net::Flow::stop : net::Flow::go_on;
      },
      stop_, on_break);
  if (!end) return fail(explained(end.error()));
  if (end->why == net::StreamEnd::Why::refused) return fail(error_in(end->answer));
  const bool is_whole = last && has_ended(last->status) && (last->status != JobState::succeeded || last->result);
  if (is_whole && (!last->result || !last->result->url.empty())) return std::move(*last);
  return find(id);
}

Result<void> Api::download(const std::string& url, const std::string& path) {
  auto file = OutputFile::create(path);
  if (!file) return fail(file.error());
  net::HttpRequest get;
  get.url = absolute(url);
  add_key(get.url, get.headers);
  Result<void> written;
  net::HttpEvents events;
  events.on_body = [&](std::string_view bytes) {
    written = file->write(bytes);
    return written ? net::Flow::go_on : net::Flow::stop;
  };
  auto answer = client_.send(get, events, stop_);
  if (answer && answer->status == status_found && answer->headers.count("location") > 0) {
    // The store hands the report out itself; the key is not for its eyes.
    get.headers.clear();
    get.url = net::resolve(get.url, answer->headers.at("location")).value_or(get.url);
    answer = client_.send(get, events, stop_);
  }
  if (!written) return written;
  if (!answer) return fail(explained(answer.error()));
  if (answer->status >= first_refusal) return fail(error_in(*answer));
  return file->finish();
}

std::string Api::absolute(const std::string& url) const { return net::resolve(server_ + "/", url).value_or(url); }

}  // namespace platen::cli
