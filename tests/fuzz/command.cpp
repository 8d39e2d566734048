// What a client says on /v1/ws: a submission is cut out of its message, and nothing else of it is.
#include <cstdlib>
#include <string>

#include "codec/command_json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto message = platen::codec::decode_command(text);
  if (!message.command) return 0;
  const auto* const submit = std::get_if<platen::codec::SubmitCommand>(&*message.command);
  if (submit == nullptr) return 0;
  const std::size_t begin = submit->body.find_first_not_of(' ');
  if (begin == std::string::npos || submit->body[begin] != '{' || submit->body.back() != '}') std::abort();
  if (text.substr(begin, submit->body.size() - begin) != submit->body.substr(begin)) std::abort();
  return 0;
}
