// The names in Redis that C++ needs. All others are made, and all are described, in lua/prelude.lua.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "platen/ids.hpp"

namespace platen::queue {

/// Of every key and channel of one shard. The braces make a cluster keep them together.
class Keys {
 public:
  explicit Keys(std::size_t shard = 0) : shard_(shard), prefix_("platen:{0}:") {
    prefix_.at(prefix_.find('0')) = shard_digit(shard);
  }

  [[nodiscard]] std::size_t shard() const noexcept { return shard_; }
  [[nodiscard]] const std::string& prefix() const noexcept { return prefix_; }
  [[nodiscard]] std::string bell() const { return named("bell"); }
  [[nodiscard]] std::string control() const { return named("control"); }
  [[nodiscard]] std::string job(const JobId& id) const { return named("job:") + id.text; }
  [[nodiscard]] std::string upload(const UploadId& id) const { return named("upload:") + id.text; }
  [[nodiscard]] std::string events(const JobId& id) const { return named("events:") + id.text; }
  [[nodiscard]] std::string feed(const Tenant& tenant) const { return named("feed:") + tenant.text; }

 private:
  [[nodiscard]] std::string named(std::string_view name) const { return std::string(prefix_).append(name); }

  std::size_t shard_;
  std::string prefix_;
};

}  // namespace platen::queue
