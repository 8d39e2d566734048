// What can go wrong while Platen is healthy, as values.
#pragma once

#include <tl/expected.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platen {

/// Every failure that a caller may tell apart. `http/problem.cpp` maps each to an HTTP status,
/// `is_retryable` says whether a worker tries the job again.
enum class Errc {
  invalid_request,       ///< malformed: not JSON, not multipart, a bad parameter
  invalid_report,        ///< well-formed, but the report, data or options do not fit (has `fields`)
  bad_data,              ///< the data has a row or an encoding that the report cannot take
  not_found,             ///< no such job, upload or path (or it is another tenant's)
  conflict,              ///< the job's state forbids it
  idempotency_conflict,  ///< another request was sent under the same Idempotency-Key
  gone,                  ///< it was there and has been removed
  too_large,             ///< past a stated limit
  unsupported_media,     ///< a content type or coding that this route does not take
  unauthorized,          ///< nobody who is known here asks: no key, or one that does not work
  forbidden,             ///< an altered or lapsed link; who asks may not do this
  method_not_allowed,    ///< the path exists, the method does not
  quota_exceeded,        ///< the tenant has as much as it may have; try again when some of it is done or removed
  rate_limited,          ///< this came too soon after the last; try again a little later
  busy,                  ///< a bounded queue is full; try again
  unavailable,           ///< Redis or a store cannot be reached now; try again
  lease_lost,            ///< another worker holds the job, or it has ended
  canceled,              ///< stopped at someone's request
  renderer_died,         ///< the drawing process ended without an answer
  timed_out,             ///< a stated time ran out
  internal,              ///< a bug, or a system call that should not fail
};

/// The stable, snake_case name of a code, as it stands in problem documents and job errors.
[[nodiscard]] std::string_view name_of(Errc code) noexcept;
/// The code of a name; `internal` for one that is not known (an older process reads a newer one's).
[[nodiscard]] Errc errc_from(std::string_view name) noexcept;
/// Whether a job that failed so may succeed when it is run again unchanged.
[[nodiscard]] bool is_retryable(Errc code) noexcept;

/// One place in a JSON body that does not fit. `pointer` is an RFC 6901 JSON Pointer.
struct FieldError {
  std::string pointer;
  std::string detail;
  friend bool operator==(const FieldError&, const FieldError&) = default;
};

/// A failure. `detail` is a sentence for the user: it names the field, the place and the fix, and
/// holds no path, secret or library text.
struct Error {
  Errc code = Errc::internal;
  std::string detail;
  std::vector<FieldError> fields = {};
  std::optional<std::chrono::seconds> retry_after = {};  ///< when trying again may help, where that is known
  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = tl::expected<T, Error>;

/// Shorthand for returning a failure: `return fail(Errc::gone, "…");`.
[[nodiscard]] inline tl::unexpected<Error> fail(Errc code, std::string detail) {
  return tl::unexpected<Error>(Error{code, std::move(detail)});
}
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

}  // namespace platen
