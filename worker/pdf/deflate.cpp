#include "worker/pdf/deflate.hpp"

#include <libdeflate.h>

#include <new>

namespace platen::worker::pdf {

namespace {

int level_of(Effort effort) { return effort == Effort::pages ? 4 : 9; }

}  // namespace

void Deflater::Free::operator()(libdeflate_compressor* compressor) const noexcept {
  libdeflate_free_compressor(compressor);
}

Deflater::Deflater(Effort effort) : compressor_(libdeflate_alloc_compressor(level_of(effort))) {
  if (!compressor_) throw std::bad_alloc();
}

void Deflater::compress(std::string_view bytes, std::string& out) {
  const std::size_t before = out.size();
  out.resize(before + libdeflate_zlib_compress_bound(compressor_.get(), bytes.size()));
  const std::size_t written =
      libdeflate_zlib_compress(compressor_.get(), bytes.data(), bytes.size(), out.data() + before, out.size() - before);
  out.resize(before + written);
}

}  // namespace platen::worker::pdf
