// platen-render: draws reports, one at a time, as the worker that started it orders over a socket.
//
// It is handed a control socket and, with each order, the files to work on; it needs nothing else, and before it reads
// the first order it gives up the right to anything else (worker/confine). It ends when the socket closes. Any message
// or end of the socket while it draws means: stop.
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/exit_code.hpp"
#include "base/fd.hpp"
#include "codec/render_message.hpp"
#include "codec/submission_json.hpp"
#include "worker/confine/confine.hpp"
#include "worker/draw/font_places.hpp"
#include "worker/draw/report.hpp"
#include "worker/render_check.hpp"

namespace {

using namespace platen;

constexpr std::size_t max_spec_bytes = 8 << 20;  // a request's 1 MiB, as canonical JSON

/// An order as it came, with the descriptors beside it.
struct Message {
  std::string text;
  std::vector<Fd> files;
};

/// The worker's end of the conversation. Owns: the socket. Threads: one.
class Control {
 public:
  explicit Control(Fd socket) : socket_(std::move(socket)) {}

  /// Waits for the next message; nullopt once the worker is gone.
  [[nodiscard]] std::optional<Message> receive() const {
    Message message;
    message.text.resize(codec::most_order_bytes);
    iovec part{message.text.data(), message.text.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(codec::most_order_files * sizeof(int))> space{};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = space.data();
    header.msg_controllen = space.size();
    ssize_t got = 0;
    do got = ::recvmsg(socket_.get(), &header, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    if (got <= 0) return std::nullopt;
    message.text.resize(static_cast<std::size_t>(got));
    for (cmsghdr* item = CMSG_FIRSTHDR(&header); item != nullptr; item = CMSG_NXTHDR(&header, item)) {
      if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SCM_RIGHTS) continue;
      std::array<int, codec::most_order_files> numbers{};
      const std::size_t count = std::min(numbers.size(), (item->cmsg_len - CMSG_LEN(0)) / sizeof(int));
      std::memcpy(numbers.data(), CMSG_DATA(item), count * sizeof(int));
      for (std::size_t i = 0; i < count; ++i) message.files.emplace_back(numbers[i]);
    }
    return message;
  }

  /// False when nobody listens any more.
  [[nodiscard]] bool send(const codec::RenderAnswer& answer) const {
    const std::string text = codec::encode_answer(answer);
    ssize_t sent = 0;
    do sent = ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent >= 0;
  }

  [[nodiscard]] bool wants_stop() const {
    pollfd watched{socket_.get(), POLLIN, 0};
    return ::poll(&watched, 1, 0) != 0;
  }

 private:
  Fd socket_;
};

Result<Rendered> draw(worker::Fonts& fonts, const Message& message, const Control& control) {
  const auto order = codec::decode_order(message.text);
  if (!order) return fail(order.error());
  if (message.files.size() != codec::files_of(*order))
    return fail(Errc::internal, "An order to draw came with the wrong number of files.");
  const auto text = read_all(message.files[0], max_spec_bytes);
  if (!text) return fail(text.error());
  const auto spec = codec::decode_spec(*text);
  if (!spec) return fail(spec.error());
  const Fd* file = message.files.data() + 2;  // one after the other, in the order that the message says
  const Fd* const scratch = order->has_scratch ? file++ : nullptr;
  const Fd* const data = order->has_data ? file++ : nullptr;
  worker::DrawOrder wanted{.spec = *spec,
                           .data = data,
                           .output = message.files[1],
                           .created_at = order->created_at,
                           .scratch = scratch,
                           .threads = order->threads};
  for (const std::string& upload : order->images) wanted.images.push_back({upload, file++});
  return worker::draw_report(fonts, wanted, [&](const std::optional<Progress>& progress) {
    const bool heard = !progress || control.send(*progress);
    return heard && !control.wants_stop() ? Command::go_on : Command::stop;
  });
}

/// The job's boundary: whatever a report makes fail, the next one finds a process in order.
codec::RenderAnswer answer_to(worker::Fonts& fonts, const Message& message, const Control& control) {
  try {
    auto rendered = draw(fonts, message, control);
    if (rendered) return *rendered;
    return std::move(rendered).error();
  } catch (const std::bad_alloc&) {
    return Error{Errc::internal, "The report needs more memory than a report may use."};
  } catch (const std::exception& error) {
    fmt::print(stderr, "platen-render: {}\n", error.what());
    return Error{Errc::internal, "The report could not be drawn."};
  }
}

int run(int control_fd, worker::Confinement confinement) {
  worker::close_descriptors_from(control_fd + 1);
  confinement.readable = worker::font_places();
  if (auto confined = worker::confine(confinement); !confined) {
    fmt::print(stderr, "platen-render: it cannot be confined: {}\n", confined.error().detail);
    return exit_unavailable;
  }
  const Control control{Fd(control_fd)};
  worker::Fonts fonts;
  worker::warm_up(fonts);
  while (const auto message = control.receive())
    if (!control.send(answer_to(fonts, *message, control))) break;
  return exit_ok;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    int control_fd = -1;
    CLI::App app("Draws reports for platen-worker, which starts it.", "platen-render");
    CLI::Option* const control =
        app.add_option("--control-fd", control_fd, "The socket that orders come from.")->check(CLI::NonNegativeNumber);
    bool checks = false;
    app.add_flag("--check", checks, "Draw a few pages as a worker would have it, say how that went, and end.");
    worker::Confinement confinement{.memory_bytes = std::uint64_t{2} << 30, .file_bytes = std::uint64_t{64} << 30};
    app.add_option("--memory-bytes", confinement.memory_bytes, "Past it a report fails instead of the machine.")
        ->capture_default_str();
    app.add_option("--file-bytes", confinement.file_bytes, "The largest file that it may write.")
        ->capture_default_str();
    app.set_version_flag("--version", "platen-render " PLATEN_VERSION);
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError& end) {
      return app.exit(end) == 0 ? exit_ok : exit_config;
    }
    if (checks) return worker::check_rendering(confinement);
    if (control->count() == 0) {
      fmt::print(stderr, "platen-render: --control-fd is required: platen-worker starts this program\n");
      return exit_config;
    }
    return run(control_fd, confinement);
  } catch (const std::exception& error) {
    fmt::print(stderr, "platen-render: a bug: {}\n", error.what());
    return exit_bug;
  }
}
