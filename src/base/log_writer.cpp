#include "base/log_writer.hpp"

#include <unistd.h>

#include <cerrno>
#include <climits>
#include <stop_token>
#include <utility>

#include "base/guarded.hpp"

namespace platen {

namespace {

std::size_t size_of(const LogEntry& entry) {
  std::size_t bytes = sizeof(LogEntry);
  for (const std::string& part : entry) bytes += part.size();
  return bytes;
}

void write_all(int descriptor, std::string& text) {
  std::size_t sent = 0;
  while (sent < text.size()) {
    const ssize_t wrote = ::write(descriptor, text.data() + sent, text.size() - sent);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) break;
    sent += static_cast<std::size_t>(wrote);
  }
  text.clear();
}

}  // namespace

struct LogWriter::State {
  struct Pending {
    std::vector<LogEntry> lines;
    std::size_t bytes = 0;  ///< of these, and of those that are being written
    std::uint64_t dropped = 0;
    std::uint64_t dropped_untold = 0;
    bool is_stopping = false;
    bool is_done = false;
  };

  Write write;
  Complaint complaint;
  Guarded<Pending> pending;
};

LogWriter::LogWriter(Write write, Complaint complaint) : state_(std::make_shared<State>()) {
  state_->write = std::move(write);
  state_->complaint = std::move(complaint);
  thread_ = std::thread([state = state_] { run(state); });
}

LogWriter::~LogWriter() {
  state_->pending.lock()->is_stopping = true;
  state_->pending.notify_all();
  const auto done = state_->pending.wait(
      {}, [](const auto& pending) { return pending.is_done; }, patience);
  if (done)
    thread_.join();
  else
    thread_.detach();
}

void LogWriter::put(LogEntry entry) {
  const std::size_t bytes = size_of(entry);
  bool was_idle = false;
  {
    auto pending = state_->pending.lock();
    if (pending->bytes + bytes > most_bytes) {
      ++pending->dropped;
      ++pending->dropped_untold;
      return;
    }
    was_idle = pending->lines.empty();
    pending->bytes += bytes;
    pending->lines.push_back(std::move(entry));
  }
  if (was_idle) state_->pending.notify_all();
}

std::uint64_t LogWriter::dropped() const { return state_->pending.lock()->dropped; }

void LogWriter::run(const std::shared_ptr<State>& state) {
  for (;;) {
    std::vector<LogEntry> lines;
    std::uint64_t dropped = 0;
    std::size_t bytes = 0;
    {
      const auto pending =
          state->pending.wait({}, [](const auto& all) { return !all.lines.empty() || all.is_stopping; });
      if (!pending) continue;
      if ((*pending)->lines.empty()) {
        (*pending)->is_done = true;
        break;
      }
      lines.swap((*pending)->lines);
      bytes = (*pending)->bytes;
      dropped = std::exchange((*pending)->dropped_untold, 0);
    }
    if (dropped > 0) lines.push_back(state->complaint(dropped));
    state->write(lines);
    state->pending.lock()->bytes -= bytes;
  }
  state->pending.notify_all();
}

void write_lines(int descriptor, const std::vector<LogEntry>& lines) {
  std::string piece;
  for (const LogEntry& line : lines) {
    for (const std::string& text : line) {
      if (piece.size() + text.size() > PIPE_BUF) write_all(descriptor, piece);
      piece += text;
    }
  }
  write_all(descriptor, piece);
}

}  // namespace platen
