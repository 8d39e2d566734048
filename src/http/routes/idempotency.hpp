// The Idempotency-Key of a request (draft-ietf-httpapi-idempotency-key-header). Private to the routes.
#pragma once

#include <optional>

#include "codec/submission_json.hpp"
#include "http/library.hpp"
#include "platen/job.hpp"
#include "platen/store.hpp"

namespace platen::http {

/// The key of a request that makes a job, with the hash of what was asked for: report, data and options, the data that
/// came along by its content. nullopt without the field; `invalid_request` for a key that is none.
[[nodiscard]] Result<std::optional<Idempotency>> idempotency_of(const httplib::Request& request,
                                                                const codec::Request& wanted,
                                                                const std::optional<Upload>& sent);

}  // namespace platen::http
