// The text of settings' values: read, and written as TOML.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platen/error.hpp"

namespace platen {

/// What a number, or a duration in its target's unit, must lie within.
struct ValueRange {
  std::uint64_t least = 0;
  std::uint64_t most = 0;
};

// Reading. The error's detail is a predicate to put after the value: "is not …".
[[nodiscard]] Result<void> read_value(std::string_view text, const ValueRange& range, std::string& target);
[[nodiscard]] Result<void> read_value(std::string_view text, const ValueRange& range, bool& target);
/// Texts with commas between them, without the spaces around them.
[[nodiscard]] Result<void> read_value(std::string_view text, const ValueRange& range, std::vector<std::string>& target);
[[nodiscard]] Result<void> read_value(std::string_view text, const ValueRange& range, std::uint32_t& target);
[[nodiscard]] Result<void> read_value(std::string_view text, const ValueRange& range, std::uint64_t& target);
[[nodiscard]] Result<void> read_value(std::string_view text, const ValueRange& range, std::chrono::seconds& target);
[[nodiscard]] Result<void> read_value(std::string_view text, const ValueRange& range,
                                      std::chrono::milliseconds& target);

// Writing, as a TOML value.
[[nodiscard]] std::string show_value(const std::string& value);
[[nodiscard]] std::string show_value(const std::vector<std::string>& values);
[[nodiscard]] std::string show_value(bool value);
[[nodiscard]] std::string show_value(std::uint32_t value);
[[nodiscard]] std::string show_value(std::uint64_t value);
[[nodiscard]] std::string show_value(std::chrono::seconds value);
[[nodiscard]] std::string show_value(std::chrono::milliseconds value);

/// A URL with the password in it, if any, replaced by `***`.
[[nodiscard]] std::string without_password(std::string_view url);
/// The URLs in a list, with spaces or commas between. One that no URL follows belongs to the URL before: a list of
/// hosts, or a password that its owner forgot to encode.
[[nodiscard]] std::vector<std::string_view> split_urls(std::string_view text);
/// without_password for each of a list.
[[nodiscard]] std::string without_passwords(std::string_view urls);

}  // namespace platen
