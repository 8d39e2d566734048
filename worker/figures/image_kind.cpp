#include "worker/figures/image_kind.hpp"

#include <algorithm>
#include <array>

namespace platen::worker {

namespace {

using namespace std::string_view_literals;

/// Bytes that stand at a place of a file.
struct Signature {
  std::size_t at;
  std::string_view bytes;
  FileKind kind;
};

constexpr std::array signatures = {
    Signature{0, "\x89PNG\r\n\x1a\n"sv, {ImageKind::png, "a PNG"}},
    Signature{0, "\xFF\xD8\xFF"sv, {ImageKind::jpeg, "a JPEG"}},
    Signature{0, "GIF8"sv, {ImageKind::other, "a GIF"}},
    Signature{8, "WEBP"sv, {ImageKind::other, "a WebP image"}},
    Signature{0, "II*\0"sv, {ImageKind::other, "a TIFF"}},
    Signature{0, "MM\0*"sv, {ImageKind::other, "a TIFF"}},
    Signature{4, "ftypavi"sv, {ImageKind::other, "an AVIF image"}},
    Signature{4, "ftyphei"sv, {ImageKind::other, "a HEIC image"}},
    Signature{4, "ftypmif1"sv, {ImageKind::other, "a HEIF image"}},
    Signature{4, "ftyp"sv, {ImageKind::other, "a video"}},
    Signature{4, "jP  \r\n"sv, {ImageKind::other, "a JPEG 2000 image"}},
    Signature{4, "JXL "sv, {ImageKind::other, "a JPEG XL image"}},
    Signature{0, "\xFF\x0A"sv, {ImageKind::other, "a JPEG XL image"}},
    Signature{0, "\0\0\1\0"sv, {ImageKind::other, "an icon (ICO)"}},
    Signature{0, "BM"sv, {ImageKind::other, "a BMP"}},
    Signature{0, "8BPS"sv, {ImageKind::other, "a Photoshop file"}},
    Signature{0, "%PDF-"sv, {ImageKind::other, "a PDF"}},
    Signature{0, "%!PS"sv, {ImageKind::other, "a PostScript file"}},
    Signature{0, "PK\3\4"sv, {ImageKind::other, "a ZIP archive"}},
    Signature{0, "\x1F\x8B"sv, {ImageKind::other, "a gzip file"}},
};

bool looks_like_text(std::string_view bytes) noexcept {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte < 0xF5) || byte == '\n' || byte == '\r' || byte == '\t';
  });
}

}  // namespace

FileKind kind_of_file(std::string_view bytes) noexcept {
  for (const Signature& signature : signatures)
    if (bytes.size() > signature.at && bytes.substr(signature.at, signature.bytes.size()) == signature.bytes)
      return signature.kind;
  const std::string_view beginning = bytes.substr(0, 512);
  if (!looks_like_text(beginning)) return {ImageKind::other, "a file of another kind"};
  if (beginning.find("<svg") != std::string_view::npos) return {ImageKind::other, "an SVG drawing"};
  if (beginning.find("<html") != std::string_view::npos || beginning.find("<!DOCTYPE html") != std::string_view::npos)
    return {ImageKind::other, "an HTML page"};
  return {ImageKind::other, "text"};
}

}  // namespace platen::worker
