#include "http/file_sender.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <vector>

#include "http/taking_rate.hpp"

namespace platen::http {

namespace {

/// Sent in one turn at most, so that a fast reader does not keep the loop from the others.
constexpr std::size_t turn_bytes = std::size_t{1} << 20U;
constexpr int unsent_bytes = 512 * 1024;

}  // namespace

/// One file on its way.
class FileSender::Transfer final : public Pollable {
 public:
  Transfer(FileSender& sender, ConnectionId connection, Fd socket, FilePart part)
      : sender_(sender),
        connection_(connection),
        socket_(std::move(socket)),
        part_(std::move(part)),
        taking_(sender.limits_) {}

  [[nodiscard]] ConnectionId connection() const noexcept { return connection_; }
  /// Whether the client takes too little. To be asked now and then.
  [[nodiscard]] bool is_stuck(Loop::SteadyTime now) {
    if (now < window_end_) return false;
    window_end_ = now + sender_.limits_.write_window;
    return !taking_.is_kept(socket_, sent_bytes_);
  }

  void start() {
    window_end_ = std::chrono::steady_clock::now() + sender_.limits_.write_window;
    // What waits in the kernel is bounded, however much of a large file its buffers would take.
    ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_bytes, sizeof unsent_bytes);
    watch_ = sender_.loop_.watch(socket_.get(), Interest::write, *this);
  }
  [[nodiscard]] Fd take_socket() {
    watch_.reset();
    return std::move(socket_);
  }
  void on_ready(Readiness ready) override {
    if (ready.hangup) return sender_.end(*this, false);
    switch (push()) {
      case Push::all: return sender_.end(*this, true);
      case Push::broken: return sender_.end(*this, false);
      case Push::some: return;
    }
  }

 private:
  enum class Push { some, all, broken };

  Push push() {
    if (head_sent_ < part_.head.size()) {
      // MSG_MORE: the head travels in one segment with the file's first bytes.
      const ssize_t sent = ::send(socket_.get(), part_.head.data() + head_sent_, part_.head.size() - head_sent_,
                                  MSG_NOSIGNAL | MSG_MORE);
      if (sent < 0) return would_block() ? Push::some : Push::broken;
      head_sent_ += static_cast<std::size_t>(sent);
      sent_bytes_ += static_cast<std::uint64_t>(sent);
      if (head_sent_ < part_.head.size()) return Push::some;
    }
    ByteRange& left = part_.range;
    auto offset = static_cast<off_t>(left.offset);
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left.length, turn_bytes));
    const ssize_t sent = ::sendfile(socket_.get(), part_.file.get(), &offset, wanted);
    if (sent < 0) return would_block() ? Push::some : Push::broken;
    if (sent == 0) return Push::broken;
    left.offset += static_cast<std::uint64_t>(sent);
    left.length -= static_cast<std::uint64_t>(sent);
    sent_bytes_ += static_cast<std::uint64_t>(sent);
    return left.length == 0 ? Push::all : Push::some;
  }
  static bool would_block() noexcept { return errno == EAGAIN || errno == EINTR; }

  FileSender& sender_;
  ConnectionId connection_;
  Fd socket_;
  FilePart part_;
  Loop::Watch watch_;
  std::size_t head_sent_ = 0;
  std::uint64_t sent_bytes_ = 0;
  TakingRate taking_;
  Loop::SteadyTime window_end_;
};

FileSender::FileSender(const Limits& limits, Done done)
    : limits_(limits), done_(std::move(done)), thread_([this](std::stop_token stop) {
        sweep();
        loop_.run(std::move(stop));
      }) {}

FileSender::~FileSender() {
  thread_.request_stop();
  thread_.join();
}

void FileSender::send(ConnectionId connection, Fd socket, FilePart part) {
  // A std::function must be copyable, which a transfer is not: hence the shared owner, for the way only.
  auto parcel = std::make_shared<std::unique_ptr<Transfer>>(
      std::make_unique<Transfer>(*this, connection, std::move(socket), std::move(part)));
  loop_.post([this, parcel] { begin(std::move(*parcel)); });
}

void FileSender::begin(std::unique_ptr<Transfer> transfer) {
  Transfer& begun = *transfer;
  transfers_.emplace(begun.connection(), std::move(transfer));
  begun.start();
}

void FileSender::end(Transfer& transfer, bool is_sound) {
  SentFile sent{transfer.connection(), {}};
  if (is_sound) sent.socket = transfer.take_socket();
  transfers_.erase(sent.connection);
  done_(std::move(sent));
}

void FileSender::sweep() {
  std::vector<Transfer*> stuck;
  for (const auto& [connection, transfer] : transfers_)
    if (transfer->is_stuck(loop_.now())) stuck.push_back(transfer.get());
  for (Transfer* transfer : stuck) end(*transfer, false);
  sweeper_ = loop_.after(limits_.sweep_every, [this] { sweep(); });
}

}  // namespace platen::http
