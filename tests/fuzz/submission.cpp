// A request that is taken has a spec from which the worker reads the same report, with no more images than may be.
#include <cstdlib>

#include "codec/submission_json.hpp"
#include "platen/renderer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const auto request = platen::codec::decode_request({reinterpret_cast<const char*>(data), size});
  if (!request) return 0;
  const auto spec = platen::codec::decode_spec(request->spec);
  if (!spec || !(spec->report == request->render.report)) std::abort();
  if (request->images.size() > platen::most_images) std::abort();
  return 0;
}
