// What handlers read from a request. Private to the routes.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "http/library.hpp"
#include "http/reply.hpp"
#include "http/routes/routes.hpp"
#include "platen/error.hpp"
#include "platen/job.hpp"

namespace platen::http {

/// The job id in the path; `not_found` for text that is none.
[[nodiscard]] Result<JobId> job_id_in(const httplib::Request& request);
/// The visitor's job that the path names.
[[nodiscard]] Result<Job> job_in(const Services& services, const httplib::Request& request, const Reply& reply);
/// `invalid_request` for a query parameter that is not among `known` (with the nearest) or is given twice.
[[nodiscard]] Result<void> check_query(const httplib::Request& request, std::initializer_list<std::string_view> known);
/// `limit` and `cursor` of a listing.
[[nodiscard]] Result<JobQuery> page_in(const httplib::Request& request);
/// Whether `Accept` names the media type itself; a wildcard does not ask for it.
[[nodiscard]] bool accepts(const httplib::Request& request, std::string_view media_type);
/// Whether `If-None-Match` holds the tag, compared weakly (RFC 9110, section 13.1.2).
[[nodiscard]] bool has_match(const httplib::Request& request, std::string_view etag);
/// Likewise of the field's value.
[[nodiscard]] bool matches(std::string_view condition, std::string_view etag);

/// The job as JSON; with a link to its result, where it has one, and for a visitor with a key a fresh ticket in that to
/// its events.
[[nodiscard]] std::string shown(const Services& services, const Visitor& visitor, const Job& job);
/// `/v1/jobs/{id}`, after the public URL where there is one.
[[nodiscard]] std::string location_of(const Services& services, const JobId& job);

}  // namespace platen::http
