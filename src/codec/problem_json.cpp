#include "codec/problem_json.hpp"

#include "codec/domain_objects.hpp"

namespace platen::codec {

namespace {

struct Kind {
  int status;
  std::string_view title;
};

Kind kind_of(Errc code) noexcept {
  switch (code) {
    case Errc::invalid_request: return {400, "Invalid request"};
    case Errc::invalid_report: return {422, "Invalid report"};
    case Errc::bad_data: return {422, "Bad data"};
    case Errc::not_found: return {404, "Not found"};
    case Errc::conflict: return {409, "Conflict"};
    case Errc::idempotency_conflict: return {422, "Idempotency conflict"};
    case Errc::gone: return {410, "Gone"};
    case Errc::too_large: return {413, "Too large"};
    case Errc::unsupported_media: return {415, "Unsupported media type"};
    case Errc::unauthorized: return {401, "Unauthorized"};
    case Errc::forbidden: return {403, "Forbidden"};
    case Errc::method_not_allowed: return {405, "Method not allowed"};
    case Errc::quota_exceeded: return {429, "Quota exceeded"};
    case Errc::rate_limited: return {429, "Rate limited"};
    case Errc::busy: return {503, "Busy"};
    case Errc::unavailable: return {503, "Unavailable"};
    case Errc::lease_lost: return {409, "Lease lost"};
    case Errc::canceled: return {409, "Canceled"};
    case Errc::renderer_died: return {500, "Renderer died"};
    case Errc::timed_out: return {504, "Timed out"};
    case Errc::internal: break;
  }
  return {500, "Internal error"};
}

constexpr std::string_view internal_detail =
    "Something went wrong on our side. Try again; if it stays, the operator finds the cause in the log.";

}  // namespace

int status_of(Errc code) noexcept { return kind_of(code).status; }

namespace {

void put_code_and_detail(ObjectText& object, Errc code, std::string_view detail) {
  object.put("code", name_of(code));
  object.put("detail", detail);
}

/// `errors`, where there are any.
void put_field_errors(ObjectText& object, const Error& error) {
  if (error.fields.empty()) return;
  ArrayText errors(object.value("errors"));
  for (const FieldError& field : error.fields) {
    ObjectText one(errors.element());
    one.put("pointer", field.pointer);
    one.put("detail", field.detail);
  }
}

std::string_view shown_detail(const Error& error) {
  return error.code == Errc::internal ? internal_detail : std::string_view(error.detail);
}

}  // namespace

void put_members(ObjectText& object, const Error& error) {
  put_code_and_detail(object, error.code, error.detail);
  put_field_errors(object, error);
}

void put_members(ObjectText& object, const ShownError& shown) {
  put_code_and_detail(object, shown.error.code, shown_detail(shown.error));
  put_field_errors(object, shown.error);
}

std::string encode_problem(const Error& error, std::string_view request_id) {
  const Kind kind = kind_of(error.code);
  return object_text([&](ObjectText& problem) {
    problem.put("type", "urn:platen:error:" + std::string(name_of(error.code)));
    problem.put("title", kind.title);
    problem.put("status", kind.status);
    problem.put("detail", shown_detail(error));
    problem.put("code", name_of(error.code));
    problem.put("request_id", request_id);
    if (error.retry_after) problem.put("retry_after", error.retry_after->count());
    put_field_errors(problem, error);
  });
}

}  // namespace platen::codec
