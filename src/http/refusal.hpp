// What the door refuses on its own, before any handler sees the request.
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <string_view>

#include "platen/error.hpp"

namespace platen::http {

/// A refusal by protocol. Its texts are literals: nothing of the request is in them.
struct Refusal {
  int status = 400;
  Errc code = Errc::invalid_request;
  std::string_view detail;
};

template <class T>
using Checked = tl::expected<T, Refusal>;

[[nodiscard]] inline tl::unexpected<Refusal> refuse(int status, Errc code, std::string_view detail) {
  return tl::unexpected<Refusal>(Refusal{status, code, detail});
}
[[nodiscard]] inline tl::unexpected<Refusal> malformed(std::string_view detail) {
  return refuse(400, Errc::invalid_request, detail);
}

/// The problem document (RFC 9457) of a refusal. Its status may be one that no Errc has, such as 431.
[[nodiscard]] std::string encode_refusal(const Refusal& refusal, std::string_view request_id);

/// The reason phrase of a status (RFC 9110, section 15); "Error" for one that the door never sends.
[[nodiscard]] std::string_view reason_of(int status) noexcept;

}  // namespace platen::http
