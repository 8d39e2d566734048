#include "worker/slots/render_process.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/log.hpp"

namespace platen::worker {

namespace {

using std::chrono::steady_clock;

constexpr int control_fd = 3;  // the child's end, as it is told
constexpr std::size_t max_message_bytes = 64 * 1024;
constexpr int most_starts = 3;                         // for one order, of processes that die before they read it
constexpr std::chrono::milliseconds status_wait{100};  // for a child that hung up to be gone

/// Sends one datagram with files beside it; false with errno set.
bool send_with_files(const Fd& socket, const std::string& text, const std::vector<int>& files) {
  std::string bytes = text;
  iovec part{bytes.data(), bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(codec::most_order_files * sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = CMSG_SPACE(files.size() * sizeof(int));
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(files.size() * sizeof(int));
  std::memcpy(CMSG_DATA(header), files.data(), files.size() * sizeof(int));
  return ::sendmsg(socket.get(), &message, MSG_NOSIGNAL) >= 0;
}

std::string how_it_ended(const std::optional<int>& status) {
  if (!status) return "hung up";
  if (WIFSIGNALED(*status) && WTERMSIG(*status) == SIGSYS) return "was killed: it asked the kernel for what it may not";
  if (WIFSIGNALED(*status)) return fmt::format("was killed by signal {}", WTERMSIG(*status));
  return fmt::format("ended with status {}", WEXITSTATUS(*status));
}

void add_option(std::vector<std::string>& command, std::string name, std::uint64_t value) {
  command.push_back(std::move(name));
  command.push_back(std::to_string(value));
}

/// The settings in the environment, emptied: where Redis is, its password and a bucket's key are none of a renderer's
/// business.
std::vector<std::pair<std::string, std::string>> without_settings() {
  std::vector<std::pair<std::string, std::string>> changes;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (text.starts_with("PLATEN_") || text.starts_with("AWS_"))
      changes.emplace_back(text.substr(0, text.find('=')), "");
  }
  return changes;
}

/// Whether it came any further. What only says that time goes by does not count: that a loop can say for ever.
bool is_further(const Progress& now, const std::optional<Progress>& before) {
  return !before || now.stage != before->stage || now.done != before->done || now.percent != before->percent ||
         now.pages != before->pages;
}

tl::unexpected<Error> died(std::string_view how) {
  return fail(Errc::renderer_died, fmt::format("The process that drew the report {}.", how));
}

}  // namespace

Result<void> RenderProcess::warm_up() {
  if (socket_ && !process_.wait(std::chrono::milliseconds(0))) return {};
  socket_.reset();
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return fail(Errc::unavailable, "The drawing process cannot be reached: " + errno_text(errno));
  Fd ours(ends[0]);
  const Fd theirs(ends[1]);
  ProcessOptions child;
  child.command = {options_.program, "--control-fd", std::to_string(control_fd)};
  if (options_.memory_bytes != 0) add_option(child.command, "--memory-bytes", options_.memory_bytes);
  if (options_.file_bytes != 0) add_option(child.command, "--file-bytes", options_.file_bytes);
  child.environment = without_settings();
  child.descriptors = {{theirs.get(), control_fd}};
  child.ignores_stop_signals = true;
  auto process = Process::start(child);
  if (!process) return fail(Errc::unavailable, process.error().detail);
  process_ = std::move(*process);
  socket_ = std::move(ours);
  return {};
}

void RenderProcess::replace() {
  process_ = Process();  // kills
  socket_.reset();
  // Whoever renders next tries again, and reports.
  if (auto warm = warm_up(); !warm)
    log_line(spdlog::level::err, "no drawing process", {{"reason", warm.error().detail}});
}

Result<Rendered> RenderProcess::render(const RenderTask& task, const OnProgress& on_progress) {
  for (int start = 0; start < most_starts; ++start) {
    if (auto warm = warm_up(); !warm) {
      log_line(spdlog::level::err, "no drawing process", {{"reason", warm.error().detail}});
      break;
    }
    order_was_read_ = true;
    auto sent = send_order(task);
    auto rendered = sent ? follow(on_progress) : Result<Rendered>(fail(sent.error()));
    if (rendered) return rendered;
    const Errc code = rendered.error().code;
    if (code == Errc::canceled || code == Errc::renderer_died) replace();
    // A process that was dying already when the order came says nothing about the job.
    if (code != Errc::renderer_died || order_was_read_) return rendered;
  }
  return fail(Errc::unavailable, "No drawing process can be started now.");
}

Result<void> RenderProcess::send_order(const RenderTask& task) {
  const auto spec = memory_file(task.spec);
  if (!spec) return fail(spec.error());
  codec::RenderOrder order{.created_at = task.created_at,
                           .has_scratch = task.scratch != nullptr,
                           .has_data = task.data != nullptr,
                           .threads = task.threads};
  std::vector<int> files{spec->get(), task.output->get()};
  if (task.scratch != nullptr) files.push_back(task.scratch->get());
  if (task.data != nullptr) files.push_back(task.data->get());
  for (const RenderImage& image : task.images) {
    order.images.push_back(image.upload);
    files.push_back(image.file->get());
  }
  if (files.size() > codec::most_order_files) return fail(Errc::invalid_report, "The report shows too many images.");
  if (send_with_files(socket_, codec::encode_order(order), files)) return {};
  order_was_read_ = false;
  return died("did not take the order");
}

Result<Rendered> RenderProcess::follow(const OnProgress& on_progress) {
  auto last_step = steady_clock::now();
  std::optional<Progress> reached;
  for (;;) {
    std::array<pollfd, 2> watched{{{socket_.get(), POLLIN, 0}, {process_.pidfd().get(), POLLIN, 0}}};
    ::poll(watched.data(), watched.size(), static_cast<int>(options_.tick.count()));
    std::optional<Progress> progress;
    // The socket first: what a process said before it ended still counts.
    if (watched[0].revents != 0) {
      auto answer = receive();
      if (!answer) return fail(answer.error());
      if (auto* const rendered = std::get_if<Rendered>(&*answer)) return *rendered;
      if (auto* const error = std::get_if<Error>(&*answer)) return fail(std::move(*error));
      progress = std::get<Progress>(*answer);
      if (is_further(*progress, reached)) last_step = steady_clock::now();
      reached = progress;
    } else if (watched[1].revents != 0) {
      return died(how_it_ended(process_.wait(status_wait)));
    }
    if (steady_clock::now() - last_step > options_.silence_limit)
      return died(fmt::format("made no progress for {} s", options_.silence_limit.count() / 1000));
    if (on_progress(progress) == Command::stop) return fail(Errc::canceled, "The drawing was stopped.");
  }
}

Result<codec::RenderAnswer> RenderProcess::receive() {
  std::string text(max_message_bytes, '\0');
  const ssize_t got = ::recv(socket_.get(), text.data(), text.size(), MSG_TRUNC);
  // This is how a socket says that its other end was closed with something unread.
  if (got < 0 && errno == ECONNRESET) order_was_read_ = false;
  if (got <= 0) return died(how_it_ended(process_.wait(status_wait)));
  if (static_cast<std::size_t>(got) > text.size()) return died("said more than it may");
  text.resize(static_cast<std::size_t>(got));
  auto answer = codec::decode_answer(text);
  if (!answer) return died("said what makes no sense");
  return answer;
}

}  // namespace platen::worker
