// Forms: cut anywhere, the same parts come out.
#include <cstdlib>
#include <string>

#include "http/multipart_reader.hpp"

namespace {

class Gather final : public platen::http::PartSink {
 public:
  platen::Result<void> on_part(const platen::http::Part& part) override {
    seen += "[" + part.name + "]";
    return {};
  }
  platen::Result<void> on_data(std::string_view bytes) override {
    seen += bytes;
    return {};
  }
  platen::Result<void> on_part_end() override {
    seen += "|";
    return {};
  }
  std::string seen;
};

std::pair<std::string, bool> read(std::string_view form, std::size_t step) {
  Gather parts;
  platen::http::MultipartReader reader("b", parts);
  for (; !form.empty(); form.remove_prefix(std::min(step, form.size())))
    if (!reader.feed(form.substr(0, step))) return {"", false};
  return {parts.seen, reader.finish().has_value()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view form(reinterpret_cast<const char*>(data), size);
  if (size > 0 && read(form, size) != read(form, 1)) std::abort();
  return 0;
}
