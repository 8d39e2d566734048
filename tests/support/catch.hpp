// Catch2 2 or 3, whichever the distribution has: the header that exists is the one that is meant.
#pragma once

#include <string>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;  // where 2 has it
namespace platen::test {
/// Matches text that has `part` in it; named differently in the two versions.
inline auto has_text(const std::string& part) { return Catch::Matchers::ContainsSubstring(part); }
}  // namespace platen::test
#else
#include <catch2/catch.hpp>
namespace platen::test {
inline auto has_text(const std::string& part) { return Catch::Matchers::Contains(part); }
}  // namespace platen::test
#endif
