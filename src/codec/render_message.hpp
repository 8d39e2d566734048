// What the worker and its drawing process say to each other over the control socket (SOCK_SEQPACKET):
// one JSON object a datagram, descriptors beside it (SCM_RIGHTS).
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "platen/error.hpp"
#include "platen/job.hpp"
#include "platen/renderer.hpp"

namespace platen::codec {

/// Worker → renderer: draw one report. The descriptors that go with it, in this order: the spec (a file in
/// memory), the output, and, when `has_data`, the data.
struct RenderOrder {
  TimePoint created_at;
  bool has_data = false;
};

/// Renderer → worker: any number of Progress, then one of the others.
using RenderAnswer = std::variant<Progress, Rendered, Error>;

[[nodiscard]] std::string encode_order(const RenderOrder& order);
[[nodiscard]] Result<RenderOrder> decode_order(std::string_view json);
[[nodiscard]] std::string encode_answer(const RenderAnswer& answer);
[[nodiscard]] Result<RenderAnswer> decode_answer(std::string_view json);

}  // namespace platen::codec
