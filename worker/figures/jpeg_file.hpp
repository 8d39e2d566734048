// Reading JPEG files (libjpeg-turbo).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace platen::worker {

struct JpegFacts {
  std::uint32_t width_px = 0;
  std::uint32_t height_px = 0;
  int orientation = 1;  ///< as in Exif
  /// Whether every PDF reader shows the file itself as it is meant: gray or YCbCr, Huffman coded.
  bool embeddable = false;
};

enum class JpegFault {
  none,
  damaged,        ///< what is missing or broken changes the picture
  unsupported,    ///< valid perhaps, but not a kind that we can read
  out_of_bounds,  ///< so many scans that it was made to take time
};

/// One file. Borrows: its bytes. Threads: one.
/// Errors: a fault; after one nothing more can be read. libjpeg's own jumps do not leave this class.
class JpegFile {
 public:
  explicit JpegFile(std::string_view bytes);
  JpegFile(const JpegFile&) = delete;
  JpegFile& operator=(const JpegFile&) = delete;
  ~JpegFile();

  /// Reads up to the picture. To be called first, once.
  [[nodiscard]] JpegFault read_facts(JpegFacts& facts);
  /// Reads the whole picture and keeps nothing: proves that it is all there.
  [[nodiscard]] JpegFault prove();
  /// Reads the whole picture into Cairo's RGB24: a row of `width_px` numbers 0x00RRGGBB each `stride` numbers.
  [[nodiscard]] JpegFault read_pixels(std::span<std::uint32_t> pixels, std::size_t stride);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace platen::worker
