#include "tests/support/script_proxy.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstring>
#include <deque>
#include <iterator>
#include <stdexcept>

#include "tests/support/resp.hpp"

namespace platen::test {

namespace {

constexpr int look_for_orders_ms = 5;

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw std::runtime_error("the path of a socket is too long: " + path);
  std::memcpy(static_cast<char*>(address.sun_path), path.c_str(), path.size() + 1);
  return address;
}

Fd connect_to(const std::string& path) {
  const sockaddr_un address = address_of(path);
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return {};
  return socket;
}

bool send_whole(const Fd& to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t some = ::send(to.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (some <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(some));
  }
  return true;
}

bool read_some(const Fd& from, std::string& into) {
  std::array<char, 65536> buffer{};
  const ssize_t got = ::recv(from.get(), buffer.data(), buffer.size(), 0);
  if (got > 0) into.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0;
}

}  // namespace

struct ScriptProxy::Pair {
  Fd client;
  Fd server;
  std::string requests = {};           ///< read and not passed on
  std::string answers = {};            ///< the same
  std::deque<std::string> asked = {};  ///< scripts, or '', of the calls that are not answered
  bool is_held = false;
};

ScriptProxy::ScriptProxy(std::string upstream_socket, std::vector<NamedScript> scripts)
    : scripts_(std::move(scripts)), listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  control_.lock()->upstream = std::move(upstream_socket);
  const sockaddr_un address = address_of(folder_ / "proxy.sock");
  if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener_.get(), 128) != 0)
    throw std::runtime_error("the proxy cannot listen");
  thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
}

ScriptProxy::~ScriptProxy() {
  thread_.request_stop();
  thread_.join();
}

std::string ScriptProxy::url_text() const { return "unix://" + (folder_ / "proxy.sock") + "?db=0"; }

void ScriptProxy::arm(const std::string& script, Moment moment, Strike strike) {
  control_.lock()->trap = Trap{script, moment, std::move(strike), false};
}

bool ScriptProxy::has_struck() {
  const auto control = control_.lock();
  return control->trap && control->trap->has_struck;
}

void ScriptProxy::release() {
  const auto control = control_.lock();
  control->trap.reset();
  control->releasing = true;
}

void ScriptProxy::move_to(std::string upstream_socket) {
  const auto control = control_.lock();
  control->upstream = std::move(upstream_socket);
  control->moving = true;
}

void ScriptProxy::serve(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    obey();
    std::vector<pollfd> polled{{listener_.get(), POLLIN, 0}};
    for (const Pair& pair : pairs_) {
      polled.push_back({pair.client.get(), static_cast<short>(pair.is_held ? 0 : POLLIN), 0});
      polled.push_back({pair.server.get(), static_cast<short>(pair.is_held ? 0 : POLLIN), 0});
    }
    if (::poll(polled.data(), polled.size(), look_for_orders_ms) <= 0) continue;
    std::size_t at = 1;
    for (auto pair = pairs_.begin(); pair != pairs_.end(); at += 2) {
      // Of a pair that is held only its end is heard.
      const bool ended = pair->is_held && (polled[at].revents != 0 || polled[at + 1].revents != 0);
      const bool stays = !ended && (polled[at].revents == 0 || read_client(*pair)) &&
                         (polled[at + 1].revents == 0 || pair->is_held || read_server(*pair));
      pair = stays ? std::next(pair) : pairs_.erase(pair);
    }
    if (polled[0].revents != 0) accept();
  }
}

void ScriptProxy::obey() {
  bool releases = false;
  {
    const auto control = control_.lock();
    releases = std::exchange(control->releasing, false);
    if (std::exchange(control->moving, false)) pairs_.clear();
  }
  if (!releases) return;
  for (auto pair = pairs_.begin(); pair != pairs_.end();) {
    const bool was_held = std::exchange(pair->is_held, false);
    pair = !was_held || (pass_requests(*pair) && pass_answers(*pair)) ? std::next(pair) : pairs_.erase(pair);
  }
}

void ScriptProxy::accept() {
  Pair pair;
  pair.client = Fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  pair.server = connect_to(std::string(control_.lock()->upstream));
  if (pair.client && pair.server) pairs_.push_back(std::move(pair));
}

bool ScriptProxy::read_client(Pair& pair) { return read_some(pair.client, pair.requests) && pass_requests(pair); }
bool ScriptProxy::read_server(Pair& pair) { return read_some(pair.server, pair.answers) && pass_answers(pair); }

bool ScriptProxy::pass_requests(Pair& pair) {
  while (!pair.is_held) {
    const std::size_t length = message_length(pair.requests);
    if (length == 0) return true;
    const std::string_view command = std::string_view(pair.requests).substr(0, length);
    std::string script = script_in(command);
    if (const auto then = strike(script, Moment::before)) {
      if (*then == Then::drop) return false;
      if (*then == Then::hold) {
        pair.is_held = true;
        return true;
      }
    }
    pair.asked.push_back(std::move(script));
    if (!send_whole(pair.server, command)) return false;
    pair.requests.erase(0, length);
  }
  return true;
}

bool ScriptProxy::pass_answers(Pair& pair) {
  while (!pair.is_held) {
    const std::size_t length = message_length(pair.answers);
    if (length == 0) return true;
    const std::string_view answer = std::string_view(pair.answers).substr(0, length);
    std::string script;
    if (!pair.asked.empty()) {  // a subscriber's pushes answer nothing
      script = std::move(pair.asked.front());
      pair.asked.pop_front();
    }
    if (!answer.starts_with("-NOSCRIPT")) {
      const auto then = strike(script, Moment::after);
      if (then == Then::drop) return false;
      pair.is_held = then == Then::hold;
    }
    // Also where it is held from here on: this answer reaches whoever was stopped when it goes on.
    if (!send_whole(pair.client, answer)) return false;
    pair.answers.erase(0, length);
  }
  return true;
}

std::string ScriptProxy::script_in(std::string_view command) const {
  const std::vector<std::string_view> words = words_of(command);
  if (words.size() < 2 || (words[0] != "EVALSHA" && words[0] != "EVAL")) return {};
  for (const NamedScript& script : scripts_)
    if (words[1] == script.sha1 || words[1] == script.source) return script.name;
  return {};
}

std::optional<ScriptProxy::Then> ScriptProxy::strike(const std::string& script, Moment moment) {
  if (script.empty()) return std::nullopt;
  Strike strike;
  {
    const auto control = control_.lock();
    if (!control->trap || control->trap->has_struck || control->trap->script != script ||
        control->trap->moment != moment)
      return std::nullopt;
    strike = control->trap->strike;
  }
  const Then then = strike();
  const auto control = control_.lock();
  if (control->trap) control->trap->has_struck = true;
  return then;
}

}  // namespace platen::test
