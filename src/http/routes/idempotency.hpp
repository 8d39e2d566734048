// Which requests ask for the same: the Idempotency-Key (draft-ietf-httpapi-idempotency-key-header), and equal content.
// Private to the routes.
#pragma once

#include <optional>
#include <string>

#include "codec/submission_json.hpp"
#include "http/library.hpp"
#include "platen/job.hpp"
#include "platen/store.hpp"

namespace platen::http {

/// A hash of the report and the data that were asked for, `data` by its own hash where that is known, else by its id.
[[nodiscard]] std::string content_of(const codec::Request& wanted, const std::optional<Upload>& data);

/// The field's text, not checked yet; nullopt without the field. One that is given twice is a key that is none.
[[nodiscard]] std::optional<std::string> idempotency_key_in(const httplib::Request& request);
/// The key of a request that makes a job, with the hash of what was asked for: report, data and options, the data that
/// came along by its content. nullopt without a key; `invalid_request` for a key that is none.
[[nodiscard]] Result<std::optional<Idempotency>> idempotency_of(const std::optional<std::string>& key,
                                                                const codec::Request& wanted,
                                                                const std::optional<Upload>& sent);

}  // namespace platen::http
