#include "net/http_client.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <stdexcept>

#include "base/fd.hpp"
#include "base/owned.hpp"
#include "net/curl_handles.hpp"

namespace platen::net {

void set_up_library() {
  static const CURLcode result = ::curl_global_init(CURL_GLOBAL_DEFAULT);
  if (result != CURLE_OK) throw std::runtime_error("libcurl cannot be set up");
}

namespace {

using Mime = Owned<curl_mime, curl_mime_free>;
using Url = Owned<CURLU, curl_url_cleanup>;
using CurlText = Owned<char, curl_free>;
using Steady = std::chrono::steady_clock;

/// One request from beginning to end: what libcurl's callbacks write to.
struct Transfer {
  const HttpEvents* events = nullptr;
  HttpResponse response;
  Fd file;
  std::uint64_t file_bytes_left = 0;
  HeaderList headers;
  Mime mime;
  Steady::time_point last_moved = Steady::now();
  curl_off_t sent = 0;
  bool stopped_by_sink = false;
  bool too_large = false;
  std::array<char, CURL_ERROR_SIZE> trouble{};  ///< libcurl's own words
};

std::size_t on_header(char* data, std::size_t, std::size_t size, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  transfer.last_moved = Steady::now();
  std::string_view line(data, size);
  if (line.substr(0, 5) == "HTTP/") {  // a redirect's or a 100's head gives way to the next
    transfer.response.headers.clear();
    const std::size_t space = line.find(' ');
    transfer.response.status = space == std::string_view::npos ? 0 : std::atoi(line.data() + space + 1);
    return size;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  std::string_view value = line.substr(colon + 1);
  const std::size_t begin = value.find_first_not_of(" \t");
  const std::size_t end = value.find_last_not_of(" \t\r\n");
  transfer.response.headers[name] =
      begin == std::string_view::npos ? std::string() : std::string(value.substr(begin, end - begin + 1));
  return size;
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  transfer.last_moved = Steady::now();
  const bool is_success = transfer.response.status >= 200 && transfer.response.status < 300;
  if (is_success && transfer.events->on_body) {
    if (transfer.events->on_body({data, size}) == Flow::go_on) return size;
    transfer.stopped_by_sink = true;
    return 0;
  }
  transfer.too_large = transfer.response.body.size() + size > HttpClient::gathered_bytes;
  if (transfer.too_large) return 0;
  transfer.response.body.append(data, size);
  return size;
}

std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  const std::uint64_t wanted = std::min<std::uint64_t>(size * count, transfer.file_bytes_left);
  const ssize_t got = ::read(transfer.file.get(), buffer, static_cast<std::size_t>(wanted));
  if (got < 0) return CURL_READFUNC_ABORT;
  transfer.file_bytes_left -= static_cast<std::uint64_t>(got);
  return static_cast<std::size_t>(got);
}

int on_progress(void* context, curl_off_t, curl_off_t, curl_off_t total, curl_off_t sent) {
  auto& transfer = *static_cast<Transfer*>(context);
  if (sent == transfer.sent) return 0;
  transfer.sent = sent;
  transfer.last_moved = Steady::now();
  if (transfer.events->on_sent)
    transfer.events->on_sent(static_cast<std::uint64_t>(sent),
                             static_cast<std::uint64_t>(std::max<curl_off_t>(total, 0)));
  return 0;
}

/// libcurl would send even a request to this machine through the environment's proxy.
bool is_loopback(const std::string& url) {
  const Url parsed(::curl_url());
  char* host = nullptr;
  if (::curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return false;
  if (::curl_url_get(parsed.get(), CURLUPART_HOST, &host, 0) != CURLUE_OK) return false;
  const CurlText owner(host);
  const std::string_view name(host);
  return name == "localhost" || name == "[::1]" || name.substr(0, 4) == "127.";
}

void set_common(CURL* easy, const HttpRequest& request, Transfer& transfer) {
  ::curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  ::curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  ::curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  ::curl_easy_setopt(easy, CURLOPT_USERAGENT, "platen");
  ::curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
  ::curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  ::curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  ::curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  ::curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  ::curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
  ::curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &transfer);
  ::curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  ::curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.trouble.data());
  if (!request.ca_file.empty()) ::curl_easy_setopt(easy, CURLOPT_CAINFO, request.ca_file.c_str());
  if (is_loopback(request.url)) ::curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_slist* list = nullptr;
  for (const std::string& header : request.headers) list = ::curl_slist_append(list, header.c_str());
  transfer.headers.reset(list);
  ::curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
}

Result<Fd> open_body(const std::string& path) {
  Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return fail(Errc::not_found, "cannot read '" + path + "': " + errno_text(errno));
  return file;
}

struct SetBody {
  CURL* easy;
  const HttpRequest& request;
  Transfer& transfer;

  Result<void> operator()(std::monostate) const {
    if (request.method == "HEAD")
      ::curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    else if (request.method == "POST")
      return (*this)(std::string());
    else
      ::curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    return {};
  }
  Result<void> operator()(const std::string& text) const {
    ::curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(text.size()));
    ::curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, text.data());
    ::curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    return {};
  }
  Result<void> operator()(const FileBody& body) const {
    auto file = open_body(body.path);
    if (!file) return fail(file.error());
    transfer.file = std::move(*file);
    transfer.file_bytes_left = body.most_bytes;
    const off_t size = ::lseek(transfer.file.get(), 0, SEEK_END);
    if (size >= 0) {
      const auto offset = std::min(static_cast<off_t>(body.offset), size);
      ::lseek(transfer.file.get(), offset, SEEK_SET);
      transfer.file_bytes_left = std::min(body.most_bytes, static_cast<std::uint64_t>(size - offset));
      ::curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(transfer.file_bytes_left));
    }
    ::curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    ::curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
    ::curl_easy_setopt(easy, CURLOPT_READDATA, &transfer);
    ::curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    return {};
  }
  Result<void> operator()(const std::vector<Part>& parts) const {
    transfer.mime.reset(::curl_mime_init(easy));
    for (const Part& part : parts) {
      curl_mimepart* const mime = ::curl_mime_addpart(transfer.mime.get());
      ::curl_mime_name(mime, part.name.c_str());
      if (const auto* text = std::get_if<std::string>(&part.content)) {
        ::curl_mime_data(mime, text->data(), text->size());
      } else {
        const std::string& path = std::get<FileBody>(part.content).path;
        if (auto readable = open_body(path); !readable) return fail(readable.error());
        ::curl_mime_filedata(mime, path.c_str());
      }
      if (!part.type.empty()) ::curl_mime_type(mime, part.type.c_str());
      ::curl_mime_filename(mime, part.filename.empty() ? nullptr : part.filename.c_str());
    }
    ::curl_easy_setopt(easy, CURLOPT_MIMEPOST, transfer.mime.get());
    return {};
  }
};

Error error_of(CURLcode code, const HttpRequest& request, const char* trouble) {
  switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return {Errc::invalid_request, "'" + request.url + "' is no http or https URL", {}};
    case CURLE_OPERATION_TIMEDOUT: return {Errc::timed_out, "no answer in time", {}};
    case CURLE_COULDNT_RESOLVE_HOST: return {Errc::unavailable, "the host's name is not known", {}};
    case CURLE_COULDNT_CONNECT: return {Errc::unavailable, "the connection is refused", {}};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return {Errc::unavailable, std::string("its certificate is not trusted: ") + trouble, {}};
    case CURLE_READ_ERROR:
    case CURLE_ABORTED_BY_CALLBACK: return {Errc::internal, "the file to send cannot be read", {}};
    default: return {Errc::unavailable, std::string("the connection failed: ") + ::curl_easy_strerror(code), {}};
  }
}

}  // namespace

struct HttpClient::Handles {
  Easy easy;
  Multi multi;
};

HttpClient::HttpClient() : handles_(std::make_unique<Handles>()) {
  set_up_library();
  handles_->easy.reset(::curl_easy_init());
  handles_->multi.reset(::curl_multi_init());
  if (!handles_->easy || !handles_->multi) throw std::runtime_error("libcurl has no memory");
}

HttpClient::~HttpClient() = default;

namespace {

/// Drives one transfer to its end, a stall or a stop.
Result<CURLcode> drive(CURLM* multi, const Transfer& transfer, const HttpRequest& request, std::stop_token stop) {
  constexpr int longest_wait_ms = 1000;  // for libcurl's own timers; stops wake the wait
  const std::stop_callback wake(stop, [multi] { ::curl_multi_wakeup(multi); });
  for (;;) {
    int running = 0;
    ::curl_multi_perform(multi, &running);
    int left = 0;
    while (const CURLMsg* message = ::curl_multi_info_read(multi, &left))
      if (message->msg == CURLMSG_DONE) return message->data.result;
    if (stop.stop_requested()) return fail(Errc::canceled, "stopped");
    if (transfer.events->on_tick && transfer.events->on_tick() == Flow::stop) return fail(Errc::canceled, "stopped");
    const auto silent = Steady::now() - transfer.last_moved;
    if (silent >= request.stall_timeout) return fail(Errc::timed_out, "the server has fallen silent");
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(request.stall_timeout - silent).count();
    ::curl_multi_poll(multi, nullptr, 0, static_cast<int>(std::min<long long>(rest, longest_wait_ms)), nullptr);
  }
}

}  // namespace

Result<HttpResponse> HttpClient::send(const HttpRequest& request, const HttpEvents& events, std::stop_token stop) {
  CURL* const easy = handles_->easy.get();
  CURLM* const multi = handles_->multi.get();
  Transfer transfer;
  transfer.events = &events;
  ::curl_easy_reset(easy);
  set_common(easy, request, transfer);
  if (auto set = std::visit(SetBody{easy, request, transfer}, request.body); !set) return fail(set.error());
  ::curl_multi_add_handle(multi, easy);
  const auto code = drive(multi, transfer, request, stop);
  ::curl_multi_remove_handle(multi, easy);
  ::curl_easy_reset(easy);  // lets go of the transfer's lists
  if (!code) return fail(code.error());
  if (transfer.stopped_by_sink) return fail(Errc::canceled, "stopped");
  if (transfer.too_large) return fail(Errc::too_large, "the answer is larger than it may be");
  if (*code != CURLE_OK) return fail(error_of(*code, request, transfer.trouble.data()));
  return std::move(transfer.response);
}

Result<std::string> resolve(const std::string& base, const std::string& path) {
  const Url url(::curl_url());
  char* text = nullptr;
  const bool is_set = ::curl_url_set(url.get(), CURLUPART_URL, base.c_str(), 0) == CURLUE_OK &&
                      ::curl_url_set(url.get(), CURLUPART_URL, path.c_str(), 0) == CURLUE_OK &&
                      ::curl_url_get(url.get(), CURLUPART_URL, &text, 0) == CURLUE_OK;
  const CurlText owner(text);
  if (!is_set) return fail(Errc::invalid_request, "'" + base + "' is no http or https URL");
  return std::string(text);
}

std::string percent_encode(std::string_view text) {
  const CurlText encoded(::curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size())));
  return encoded ? std::string(encoded.get()) : std::string();
}

}  // namespace platen::net
