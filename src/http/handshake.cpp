#include "http/handshake.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "http/auth/origin.hpp"
#include "http/text.hpp"

namespace platen::http {

namespace {

constexpr std::string_view version = "13";

/// All fields of the name as one list (RFC 9110, section 5.3).
std::string list_of(const httplib::Request& request, const char* name) {
  std::string list;
  const auto [first, last] = request.headers.equal_range(name);
  for (auto field = first; field != last; ++field) list.append(list.empty() ? "" : ",").append(field->second);
  return list;
}

std::size_t count_of(const httplib::Request& request, const char* name) {
  const auto [first, last] = request.headers.equal_range(name);
  return static_cast<std::size_t>(std::distance(first, last));
}

/// The base64 of 16 bytes: 22 digits, the last of which has four bits that are zero, and the padding.
bool is_key(std::string_view text) {
  const auto is_digit_of_base64 = [](char c) { return is_digit(c) || is_letter(c) || c == '+' || c == '/'; };
  return text.size() == 24 && text.substr(22) == "==" &&
         std::all_of(text.begin(), text.begin() + 22, is_digit_of_base64) &&
         std::string_view("AQgw").find(text[21]) != std::string_view::npos;
}

void refuse_version(Reply& reply) {
  reply.header("Sec-WebSocket-Version", version);
  reply.refuse({426, Errc::invalid_request, "The only version of WebSocket that is spoken here is 13 (RFC 6455)."});
}

}  // namespace

bool asks_for_websocket(const httplib::Request& request) {
  if (request.method != "GET") return false;
  const std::string protocols = list_of(request, "Upgrade");
  for (std::string_view list = protocols; !list.empty();)
    if (same_word(trim(next_element(list)), "websocket")) return true;
  return false;
}

bool shake_hands(const httplib::Request& request, std::string_view public_url, Reply& reply) {
  const auto refuse = [&](std::string_view detail) {
    reply.refuse({400, Errc::invalid_request, detail});
    return false;
  };
  if (!reply.connection_names_upgrade())
    return refuse("A WebSocket's request has 'Connection: Upgrade'. Does a proxy in between take it out?");
  if (reply.has_body()) return refuse("A WebSocket's request has no body.");
  const std::string key = request.get_header_value("Sec-WebSocket-Key");
  if (count_of(request, "Sec-WebSocket-Key") != 1 || !is_key(key))
    return refuse("'Sec-WebSocket-Key' is given once: 16 random bytes in base64.");
  if (list_of(request, "Sec-WebSocket-Version") != version) {
    refuse_version(reply);
    return false;
  }
  const bool is_browser = request.has_header("Origin");
  if (is_browser && !reply.allows_origin() &&
      !is_own_origin(request.get_header_value("Origin"), reply.host(), public_url)) {
    reply.problem({Errc::forbidden,
                   "A page of another origin may open a WebSocket here only where --allow-origin names that.",
                   {}});
    return false;
  }
  reply.header("Sec-WebSocket-Accept", websocket_accept(key));
  return true;
}

std::string websocket_accept(std::string_view key) {
  constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  return base64(sha1(std::string(key).append(guid)));
}

}  // namespace platen::http
