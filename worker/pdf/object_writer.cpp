#include "worker/pdf/object_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace platen::worker::pdf {

namespace {

constexpr std::size_t buffer_bytes = 256 * 1024;

}  // namespace

ObjectWriter::ObjectWriter(const Fd& output, OnWrite on_write)
    : output_(output), on_write_(std::move(on_write)), offsets_(1, 0) {
  // The second line marks the file as binary.
  buffer_ = "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n";
}

ObjectNumber ObjectWriter::reserve(std::uint32_t count) {
  const auto first = static_cast<ObjectNumber>(offsets_.size());
  offsets_.resize(offsets_.size() + count, 0);
  return first;
}

void ObjectWriter::begin(ObjectNumber number) {
  offsets_[number] = flushed_ + buffer_.size();
  append_integer(buffer_, number);
  buffer_ += " 0 obj\n";
}

Result<void> ObjectWriter::write(ObjectNumber number, std::string_view body) {
  begin(number);
  buffer_ += body;
  buffer_ += "\nendobj\n";
  return flush_when_full();
}

Result<void> ObjectWriter::write_stream(ObjectNumber number, std::string_view entries, std::string_view bytes) {
  begin(number);
  buffer_ += "<<";
  buffer_ += entries;
  buffer_ += "/Length ";
  append_integer(buffer_, bytes.size());
  buffer_ += ">>\nstream\n";
  buffer_ += bytes;
  buffer_ += "\nendstream\nendobj\n";
  return flush_when_full();
}

Result<void> ObjectWriter::finish(ObjectNumber catalog, ObjectNumber info) {
  const auto missing = std::find(offsets_.begin() + 1, offsets_.end(), 0);
  if (missing != offsets_.end())
    return fail(Errc::internal, fmt::format("object {} of the PDF was not written", missing - offsets_.begin()));
  const std::uint64_t table = flushed_ + buffer_.size();
  const auto out = std::back_inserter(buffer_);
  fmt::format_to(out, "xref\n0 {}\n0000000000 65535 f \n", offsets_.size());
  for (std::size_t i = 1; i < offsets_.size(); ++i) {
    fmt::format_to(out, "{:010} 00000 n \n", offsets_[i]);
    if (auto flushed = flush_when_full(); !flushed) return flushed;
  }
  fmt::format_to(out, "trailer\n<</Size {}/Root {} 0 R/Info {} 0 R>>\nstartxref\n{}\n%%EOF\n", offsets_.size(), catalog,
                 info, table);
  return flush();
}

Result<void> ObjectWriter::flush_when_full() {
  if (buffer_.size() < buffer_bytes) return {};
  return flush();
}

Result<void> ObjectWriter::flush() {
  if (auto written = write_all(output_, buffer_); !written) return written;
  flushed_ += buffer_.size();
  buffer_.clear();
  return on_write_();
}

}  // namespace platen::worker::pdf
