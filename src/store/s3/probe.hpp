// What `platen doctor` wants to know of a bucket.
#pragma once

#include <string>
#include <vector>

#include "store/s3/settings.hpp"

namespace platen::s3 {

/// What one look at the bucket found.
struct Finding {
  enum class State { ok, warning, fault };
  std::string check;  ///< `bucket parts`
  State state = State::ok;
  std::string detail;
  std::string fix = {};  ///< what to do; empty with `ok`
};

/// Reaches the bucket, compares its clock, writes, reads and removes an object, begins and gives up an upload in parts,
/// and asks for its lifecycle rules. Leaves nothing behind where it may remove. Takes as long as the server does.
[[nodiscard]] std::vector<Finding> probe(const Target& target);

/// A line each: state, check, detail and fix, with tabs between.
[[nodiscard]] std::string lines_of(const std::vector<Finding>& findings);

}  // namespace platen::s3
