// How many descriptors there are, and how many streams they are good for.
#pragma once

#include <cstddef>

namespace platen::app {

/// Raises the limit on open descriptors as far as it may be raised, up to what the shipped unit asks for; what it is
/// then.
std::size_t raise_descriptor_limit();

/// How many streams may be open, each a descriptor, when `spare` of them are kept for files and the process itself.
/// Some are left for requests: who finds no room for a stream is to be told so by the relay, in a way that an
/// EventSource obeys.
[[nodiscard]] std::size_t most_streams(std::size_t descriptors, std::size_t spare);

}  // namespace platen::app
