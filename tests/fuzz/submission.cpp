// A request that is taken has a spec that reads back.
#include <cstdlib>

#include "codec/submission_json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const auto request = platen::codec::decode_request({reinterpret_cast<const char*>(data), size});
  if (request && !platen::codec::decode_spec(request->spec)) std::abort();
  return 0;
}
