#include "redis/approach.hpp"

#include <fmt/format.h>

#include <utility>

namespace platen::redis {

namespace {

// A name may stand for several addresses (::1 and 127.0.0.1), of which one may have no Redis.
constexpr unsigned addresses_tried = 2;
constexpr long long highest_port = 65535;

Error refused(const Value& reply) {
  // Redis's own sentence; none of those for AUTH, SELECT, PING and ROLE repeats what was sent.
  return {Errc::unavailable, fmt::format("Redis does not let us in: {}", reply.text())};
}

}  // namespace

Approach::Approach(Url url) : url_(std::move(url)), target_(url_) {}

void Approach::begin() {
  target_ = url_;
  at_sentinel_ = !url_.sentinels.empty();
  asked_ = 1;
  if (at_sentinel_) aim_at_sentinel();
}

void Approach::aim_at_sentinel() {
  target_.host = url_.sentinels[sentinel_].host;
  target_.port = url_.sentinels[sentinel_].port;
}

std::vector<std::vector<std::string>> Approach::commands() {
  const std::string& user = at_sentinel_ ? url_.sentinel_user : url_.user;
  const std::string& password = at_sentinel_ ? url_.sentinel_password : url_.password;
  std::vector<std::vector<std::string>> commands;
  if (!password.empty()) {
    commands.push_back({"AUTH", password});
    if (!user.empty()) commands.back().insert(commands.back().begin() + 1, user);
  }
  if (at_sentinel_) {
    commands.push_back({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", url_.primary_name});
  } else {
    if (url_.database != 0) commands.push_back({"SELECT", std::to_string(url_.database)});
    commands.push_back({"PING"});
    if (!url_.sentinels.empty()) commands.push_back({"ROLE"});
  }
  answers_left_ = commands.size();
  return commands;
}

Result<Approach::Step> Approach::hear(const Value& reply) {
  if (reply.is_error()) return fail(refused(reply));
  if (--answers_left_ > 0) return Step::more;
  if (at_sentinel_) return hear_sentinel(reply);
  if (!url_.sentinels.empty() && reply[0].text() != "master")
    return fail(Errc::unavailable,
                fmt::format("{}:{} is not the primary (yet, or any more)", target_.host, target_.port));
  return Step::arrived;
}

Result<Approach::Step> Approach::hear_sentinel(const Value& reply) {
  const long long port = reply[1].integer();
  if (reply.size() != 2 || port < 1 || port > highest_port)
    return fail(Errc::unavailable,
                fmt::format("the sentinel {}:{} knows no primary '{}'", target_.host, target_.port, url_.primary_name));
  target_.host = reply[0].text();
  target_.port = static_cast<std::uint16_t>(port);
  at_sentinel_ = false;
  return Step::dial;
}

bool Approach::turn_to_next_sentinel() {
  if (!at_sentinel_ || asked_ >= url_.sentinels.size()) return false;
  ++asked_;
  failed();
  aim_at_sentinel();
  return true;
}

void Approach::failed() {
  if (!url_.sentinels.empty()) sentinel_ = (sentinel_ + 1) % url_.sentinels.size();
}

unsigned Approach::round() const noexcept { return addresses_tried + static_cast<unsigned>(url_.sentinels.size()); }

}  // namespace platen::redis
