// A stand-in for platen-render whose orders' specs are scripts: one step a line.
//   say DONE TOTAL     progress                     draw TEXT      appends TEXT to the output
//   copy               the data to the output       draw_pid       its own process id to the output
//   copy_images        each image's id and bytes    use_scratch    writes to the scratch file, and says so
//   draw_threads       how many threads it may use
//   draw_env NAME      a variable to the output     write_pid F    its own process id to the file F
//   done PAGES ROWS    the end: drawn               refuse CODE D  the end: an error with the detail D
//   last               the end: drawn, and it dies  hang           for ever
//   repeat             the last progress, for ever
//   die · exit · babble · raise N
//   once F             the rest of the script only if the file F is not there yet, and makes it; else from `else` on
//   wait F             until the file F is there
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "codec/render_message.hpp"
#include "tests/support/eventually.hpp"

namespace {

using namespace platen;

constexpr std::size_t most_bytes = 1 << 20;
constexpr int control = 3;

struct Order {
  codec::RenderOrder order;
  std::vector<Fd> files;  // spec, output, perhaps scratch, perhaps data, images

  [[nodiscard]] const Fd& data() const { return files.at(order.has_scratch ? 3 : 2); }
  [[nodiscard]] const Fd& image(std::size_t index) const {
    return files.at(files.size() - order.images.size() + index);
  }
};

std::optional<Order> next_order() {
  std::array<char, codec::most_order_bytes> text{};
  iovec part{text.data(), text.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(codec::most_order_files * sizeof(int))> space{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = space.data();
  message.msg_controllen = space.size();
  const ssize_t got = ::recvmsg(control, &message, MSG_CMSG_CLOEXEC);
  if (got <= 0) return std::nullopt;
  Order order{codec::decode_order({text.data(), static_cast<std::size_t>(got)}).value(), {}};
  const cmsghdr* const header = CMSG_FIRSTHDR(&message);
  std::vector<int> numbers((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
  std::memcpy(numbers.data(), CMSG_DATA(header), numbers.size() * sizeof(int));
  for (const int number : numbers) order.files.emplace_back(number);
  if (order.files.size() != codec::files_of(order.order)) std::abort();
  return order;
}

void send_text(const std::string& text) { ::send(control, text.data(), text.size(), MSG_NOSIGNAL); }
void answer(const codec::RenderAnswer& what) { send_text(codec::encode_answer(what)); }
void draw(const Order& order, const std::string& text) {
  if (!write_all(order.files.at(1), text)) std::abort();
}
bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

/// One step; false at the end of the order.
bool run_step(const Order& order, const std::string& verb, std::istringstream& line) {
  std::string word;
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  if (verb == "say") {
    line >> first >> second;
    answer(Progress{.stage = Stage::render, .done = first, .total = second, .percent = 1, .pages = 1, .eta = {}});
  } else if (verb == "draw") {
    draw(order, line.str().substr(5));
  } else if (verb == "copy") {
    draw(order, read_all(order.data(), most_bytes).value());
  } else if (verb == "copy_images") {
    for (std::size_t i = 0; i < order.order.images.size(); ++i)
      draw(order, order.order.images[i] + "=" + read_all(order.image(i), most_bytes).value() + "\n");
  } else if (verb == "use_scratch") {
    if (!write_all(order.files.at(2), "x")) std::abort();
    draw(order, "scratch\n");
  } else if (verb == "draw_threads") {
    draw(order, std::to_string(order.order.threads));
  } else if (verb == "draw_pid") {
    draw(order, std::to_string(::getpid()));
  } else if (verb == "draw_env") {
    line >> word;
    const char* const value = std::getenv(word.c_str());
    draw(order, value != nullptr ? value : "");
  } else if (verb == "write_pid") {
    line >> word;
    if (!write_file(word, std::to_string(::getpid()), 0600)) std::abort();
  } else if (verb == "done") {
    line >> first >> second;
    answer(Rendered{.pages = first, .rows = second, .replaced_bytes = 0, .skipped_rows = 0});
    return false;
  } else if (verb == "last") {
    answer(Rendered{});
    ::raise(SIGKILL);
  } else if (verb == "refuse") {
    line >> word >> std::ws;
    std::string detail;
    std::getline(line, detail);
    answer(Error{errc_from(word), detail});
    return false;
  } else if (verb == "raise") {
    line >> first;
    ::raise(static_cast<int>(first));
  } else if (verb == "die") {
    ::raise(SIGKILL);
  } else if (verb == "exit") {
    ::_exit(4);
  } else if (verb == "babble") {
    send_text("la la la");
  } else if (verb == "hang") {
    for (;;) ::pause();
  } else if (verb == "repeat") {
    // What ends it is its owner, or a socket that nobody reads.
    for (;;) {
      answer(Progress{.stage = Stage::render, .done = 1, .total = 2, .percent = 1, .pages = 1, .eta = {}});
      constexpr int pause_ms = 5;
      ::poll(nullptr, 0, pause_ms);
    }
  } else if (verb == "wait") {
    line >> word;
    test::eventually([&] { return exists(word); });
  }
  return true;
}

void carry_out(const Order& order) {
  std::istringstream script(read_all(order.files.at(0), most_bytes).value());
  std::string text;
  bool skipping = false;
  while (std::getline(script, text)) {
    std::istringstream line(text);
    std::string verb;
    line >> verb;
    if (verb == "else") {
      skipping = false;
    } else if (skipping) {
      continue;
    } else if (verb == "once") {
      std::string path;
      line >> path;
      skipping = exists(path);
      if (!skipping && !write_file(path, "", 0600)) std::abort();
    } else if (!run_step(order, verb, line)) {
      return;
    }
  }
}

}  // namespace

int main() {
  while (const auto order = next_order()) carry_out(*order);
}
