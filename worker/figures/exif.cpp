#include "worker/figures/exif.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace platen::worker {

namespace {

using namespace std::string_view_literals;

/// Numbers of a TIFF structure, in the byte order that it says.
class Tiff {
 public:
  Tiff(std::string_view bytes, bool big_endian) : bytes_(bytes), big_endian_(big_endian) {}

  [[nodiscard]] std::optional<std::uint32_t> number(std::size_t at, std::size_t size) const noexcept {
    if (at > bytes_.size() || bytes_.size() - at < size) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const char byte = bytes_[at + (big_endian_ ? i : size - 1 - i)];
      value = value << 8 | static_cast<unsigned char>(byte);
    }
    return value;
  }

 private:
  std::string_view bytes_;
  bool big_endian_;
};

constexpr std::uint32_t orientation_tag = 0x0112;
constexpr std::size_t entry_bytes = 12;

}  // namespace

int orientation_in(std::string_view segment) noexcept {
  if (segment.substr(0, 6) != "Exif\0\0"sv) return 1;
  segment.remove_prefix(6);
  const std::string_view order = segment.substr(0, 2);
  if (order != "MM" && order != "II") return 1;
  const Tiff tiff(segment, order == "MM");
  const auto directory = tiff.number(4, 4);
  if (!directory) return 1;
  const auto entries = tiff.number(*directory, 2);
  if (!entries) return 1;
  for (std::size_t i = 0; i < *entries; ++i) {
    const std::size_t at = std::size_t{*directory} + 2 + i * entry_bytes;
    const auto tag = tiff.number(at, 2);
    if (!tag) return 1;
    if (*tag != orientation_tag) continue;
    const auto value = tiff.number(at + 8, 2);
    return value && *value >= 1 && *value <= 8 ? static_cast<int>(*value) : 1;
  }
  return 1;
}

}  // namespace platen::worker
