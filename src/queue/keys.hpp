// The names in Redis that C++ needs. All others are made, and all are described, in lua/prelude.lua.
#pragma once

#include <string>
#include <string_view>

#include "platen/ids.hpp"

namespace platen::queue::keys {

/// Of every key and channel of the one shard there is. The braces make a cluster keep them together.
inline constexpr std::string_view prefix = "platen:{0}:";

[[nodiscard]] inline std::string named(std::string_view name) { return std::string(prefix).append(name); }
[[nodiscard]] inline std::string bell() { return named("bell"); }
[[nodiscard]] inline std::string control() { return named("control"); }
[[nodiscard]] inline std::string job(const JobId& id) { return named("job:") + id.text; }
[[nodiscard]] inline std::string upload(const UploadId& id) { return named("upload:") + id.text; }
[[nodiscard]] inline std::string events(const JobId& id) { return named("events:") + id.text; }
[[nodiscard]] inline std::string feed(const Tenant& tenant) { return named("feed:") + tenant.text; }

}  // namespace platen::queue::keys
