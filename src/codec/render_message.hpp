// What the worker and its drawing process say to each other over the control socket (SOCK_SEQPACKET):
// one JSON object a datagram, descriptors beside it (SCM_RIGHTS).
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "platen/error.hpp"
#include "platen/job.hpp"
#include "platen/renderer.hpp"

namespace platen::codec {

/// Worker → renderer: draw one report. The descriptors that go with it, in this order: the spec (a file in
/// memory), the output; where the order has them the scratch file and the data; and one for each of the images.
struct RenderOrder {
  TimePoint created_at;
  bool has_scratch = false;
  bool has_data = false;
  std::vector<std::string> images;  ///< upload ids, at most `most_images`
  unsigned threads = 1;             ///< 1 to 256
};
inline constexpr std::size_t most_order_files = 4 + most_images;
inline constexpr std::size_t most_order_bytes = 4096;

/// How many descriptors go with the order.
[[nodiscard]] std::size_t files_of(const RenderOrder& order) noexcept;

/// Renderer → worker: any number of Progress, then one of the others.
using RenderAnswer = std::variant<Progress, Rendered, Error>;

[[nodiscard]] std::string encode_order(const RenderOrder& order);
[[nodiscard]] Result<RenderOrder> decode_order(std::string_view json);
[[nodiscard]] std::string encode_answer(const RenderAnswer& answer);
[[nodiscard]] Result<RenderAnswer> decode_answer(std::string_view json);

}  // namespace platen::codec
