// The opening handshake of a WebSocket (RFC 6455, section 4.2).
#pragma once

#include <string>
#include <string_view>

#include "http/library.hpp"
#include "http/reply.hpp"

namespace platen::http {

/// Whether the request is to become a WebSocket. One that is not, whatever else it offers to be upgraded to, is an
/// ordinary request (RFC 9110, section 7.8).
[[nodiscard]] bool asks_for_websocket(const httplib::Request& request);

/// Checks the handshake. True when it is sound, and then the reply has the fields of its 101 beside Upgrade and
/// Connection; false when it has been refused: 400, 403 or 426.
/// A page of another origin may not open one, unless that is allowed by name: its browser would send cookies along.
/// `public_url` is this service's own base, as far as it is known; clients that are no browsers send no Origin.
[[nodiscard]] bool shake_hands(const httplib::Request& request, std::string_view public_url, Reply& reply);

/// `Sec-WebSocket-Accept` for a `Sec-WebSocket-Key`.
[[nodiscard]] std::string websocket_accept(std::string_view key);

}  // namespace platen::http
