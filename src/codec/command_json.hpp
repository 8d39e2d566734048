// What a client says on /v1/ws, and how it is answered.
//
// All functions are pure. Threads: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "platen/error.hpp"
#include "platen/ids.hpp"

namespace platen::codec {

struct SubmitCommand {
  std::string body;  ///< that of POST /v1/jobs: JSON, not checked yet. Its bytes stand where they stood in the message
  std::optional<std::string> idempotency_key;  ///< not checked yet
};
struct WatchCommand {
  JobId job;
  Seq after = 0;
};
struct UnwatchCommand {
  JobId job;
};
struct CancelCommand {
  JobId job;
};
using Command = std::variant<SubmitCommand, WatchCommand, UnwatchCommand, CancelCommand>;

/// A message, read as far as it can be.
struct CommandMessage {
  std::optional<std::string> ref;  ///< the client's own word for it, given back in the answer
  Result<Command> command;
};

/// Decodes `{"submit":{…},"idempotency_key":…}`, `{"watch":"job_…","last_event_id":7}`, `{"unwatch":"job_…"}` or
/// `{"cancel":"job_…"}`, each with or without a `ref`. Misfits are an `invalid_request` with their places.
[[nodiscard]] CommandMessage decode_command(std::string_view text);

/// `{"ref":…,"job":{…}}`, `{"ref":…,"error":{…}}` …: `json` under `name`, after the client's word where there was one.
[[nodiscard]] std::string encode_answer(const std::optional<std::string>& ref, std::string_view name,
                                        std::string_view json);

}  // namespace platen::codec
