// Compressing streams (RFC 1950, PDF's FlateDecode) by libdeflate, which takes half of zlib's time.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct libdeflate_compressor;

namespace platen::worker::pdf {

/// How hard to try.
enum class Effort {
  pages,  ///< thousands of small streams
  once    ///< fonts and whatever else there is one of
};

/// Owns: a compressor. Threads: one. Errors: throws std::bad_alloc. Equal bytes give equal bytes.
class Deflater {
 public:
  explicit Deflater(Effort effort);
  /// Appends the compressed bytes.
  void compress(std::string_view bytes, std::string& out);

 private:
  struct Free {
    void operator()(libdeflate_compressor* compressor) const noexcept;
  };
  std::unique_ptr<libdeflate_compressor, Free> compressor_;
};

}  // namespace platen::worker::pdf
