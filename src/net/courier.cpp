#include "net/courier.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <charconv>
#include <list>
#include <stdexcept>
#include <thread>
#include <utility>

#include "base/guarded.hpp"
#include "net/curl_handles.hpp"

namespace platen::net {

namespace {

constexpr long status_ok = 200;

/// One message under way: what libcurl's callbacks see.
struct Transfer {
  Message message;
  Courier::Done done;
  const AddressGuard* guard = nullptr;
  Easy easy{::curl_easy_init()};
  HeaderList headers;
  std::size_t answer_bytes = 0;
  bool is_refused = false;  ///< the guard did
};

curl_socket_t open_socket(void* context, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(context);
  if (!transfer.guard->allows(address->addr)) {
    transfer.is_refused = true;
    return CURL_SOCKET_BAD;
  }
  transfer.is_refused = false;  // of a name's addresses one was, another is not
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t skip_body(char*, std::size_t, std::size_t size, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  transfer.answer_bytes += size;
  return transfer.answer_bytes > Courier::most_answer_bytes ? 0 : size;
}

void set_up(Transfer& transfer) {
  CURL* const easy = transfer.easy.get();
  const Message& message = transfer.message;
  ::curl_easy_setopt(easy, CURLOPT_URL, message.url.c_str());
  ::curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  ::curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  ::curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  ::curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // a name that takes long to resolve holds up nobody
  ::curl_easy_setopt(easy, CURLOPT_PROXY, "");
  ::curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);  // on a kept connection that broke it would send twice, unasked
  ::curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  ::curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(message.timeout.count()));
  ::curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  ::curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &transfer);
  ::curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, skip_body);
  ::curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  ::curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
  ::curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(message.body.size()));
  ::curl_easy_setopt(easy, CURLOPT_POSTFIELDS, message.body.data());
  curl_slist* list = ::curl_slist_append(nullptr, "Expect:");  // none
  for (const std::string& header : message.headers) list = ::curl_slist_append(list, header.c_str());
  transfer.headers.reset(list);
  ::curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
}

std::string why(CURLcode code, const Transfer& transfer) {
  if (transfer.is_refused) return "The target's address is not on the public internet, and not one that is allowed.";
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return fmt::format("There was no answer within {} s.",
                         static_cast<double>(transfer.message.timeout.count()) / 1000);
    case CURLE_COULDNT_RESOLVE_HOST: return "The target's name is not known.";
    case CURLE_COULDNT_CONNECT: return "The target refuses the connection, or cannot be reached.";
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR: return "The target closed the connection without an answer.";
    case CURLE_PEER_FAILED_VERIFICATION: return "The target's certificate cannot be verified.";
    case CURLE_SSL_CONNECT_ERROR: return "The target does not speak TLS as it should.";
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL: return "The target's address is no http or https URL.";
    default: return fmt::format("There was no answer: {}.", ::curl_easy_strerror(code));
  }
}

Receipt receipt_of(CURLcode code, const Transfer& transfer) {
  CURL* const easy = transfer.easy.get();
  Receipt receipt;
  long status = 0;
  curl_off_t microseconds = 0;
  curl_off_t retry_after_s = 0;
  ::curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  ::curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &microseconds);
  ::curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after_s);
  receipt.duration = std::chrono::milliseconds(microseconds / 1000);
  if (retry_after_s > 0) receipt.retry_after = std::chrono::seconds(retry_after_s);
  // A 1xx is no answer yet.
  if (status >= status_ok)
    receipt.status = static_cast<int>(status);
  else
    receipt.error = why(code, transfer);
  return receipt;
}

}  // namespace

class Courier::Work {
 public:
  explicit Work(AddressGuard guard) : guard_(std::move(guard)), multi_(::curl_multi_init()) {
    if (!multi_) throw std::runtime_error("libcurl has no memory");
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }

  void send(Message message, Done done) {
    std::list<Transfer> order(1);
    order.front().message = std::move(message);
    order.front().done = std::move(done);
    {
      auto orders = orders_.lock();
      orders->splice(orders->end(), order);
    }
    wake();
  }

 private:
  void wake() const { ::curl_multi_wakeup(multi_.get()); }

  void run(const std::stop_token& stop) {
    constexpr int longest_wait_ms = 1000;
    const std::stop_callback on_stop(stop, [this] { wake(); });
    while (!stop.stop_requested()) {
      take_orders();
      int running = 0;
      ::curl_multi_perform(multi_.get(), &running);
      finish_done();
      ::curl_multi_poll(multi_.get(), nullptr, 0, longest_wait_ms, nullptr);
    }
    for (const Transfer& transfer : under_way_) ::curl_multi_remove_handle(multi_.get(), transfer.easy.get());
    under_way_.clear();
  }

  void take_orders() {
    std::list<Transfer> orders;
    orders.swap(*orders_.lock());
    for (Transfer& transfer : orders) {
      transfer.guard = &guard_;
      set_up(transfer);
      ::curl_multi_add_handle(multi_.get(), transfer.easy.get());
    }
    under_way_.splice(under_way_.end(), orders);
  }

  void finish_done() {
    int left = 0;
    while (const CURLMsg* message = ::curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      CURL* const easy = message->easy_handle;
      ::curl_multi_remove_handle(multi_.get(), easy);
      under_way_.remove_if([&](Transfer& transfer) {
        if (transfer.easy.get() != easy) return false;
        transfer.done(receipt_of(code, transfer));
        return true;
      });
    }
  }

  AddressGuard guard_;
  Multi multi_;
  Guarded<std::list<Transfer>> orders_;
  std::list<Transfer> under_way_;
  std::jthread thread_;
};

Courier::Courier(AddressGuard guard) {
  set_up_library();
  work_ = std::make_unique<Work>(std::move(guard));
}

Courier::~Courier() = default;

void Courier::send(Message message, Done done) { work_->send(std::move(message), std::move(done)); }

}  // namespace platen::net
