#include <fmt/format.h>

#include <utility>

#include "http/routes/content_disposition.hpp"
#include "http/routes/decode.hpp"
#include "http/routes/handlers.hpp"

namespace platen::http {

namespace {

/// A finished report, open for reading.
struct OpenResult {
  Artifact artifact;
  Fd file;
  std::uint64_t bytes = 0;
};

Result<OpenResult> open_result(const Services& services, const Job& job) {
  if (!has_ended(job.state)) return fail(Errc::conflict, "The report is not finished yet.");
  if (!job.artifact)
    return fail(Errc::conflict, fmt::format("There is no result: the job ended as '{}'.", name_of(job.state)));
  auto file = services.artifacts.open(job.artifact->name);
  if (!file && file.error().code == Errc::not_found) return fail(Errc::gone, "The report has been removed.");
  if (!file) return fail(std::move(file.error()));
  const auto bytes = size_of(*file);
  if (!bytes) return fail(bytes.error());
  return OpenResult{*job.artifact, *std::move(file), *bytes};
}

/// The job of a link that has been checked. Such a job was there: if it is not now, its time is over.
Result<Job> linked_job(const Services& services, const JobId& id) {
  auto job = services.reader.find(default_tenant(), id);
  if (!job && job.error().code == Errc::not_found) return fail(Errc::gone, "The report has been removed.");
  return job;
}

}  // namespace

void redirect_to_result(const Services& services, const Request& request, Reply& reply) {
  const auto job = job_in(services, request);
  if (!job) return reply.problem(job.error());
  reply.header("Cache-Control", "no-store");
  if (const auto result = open_result(services, *job); !result) {
    if (!has_ended(job->state)) reply.header("Retry-After", "1");
    return reply.problem(result.error());
  }
  reply.header("Location", services.public_url + services.signer.sign(job->tenant, job->id).path);
  reply.empty(303);
}

void download(const Services& services, const Request& request, Reply& reply) {
  const auto id = parse_job_id(request.matches[1].str());
  if (!id) return reply.problem({Errc::forbidden, "This link is not valid. Ask for a new one."});
  auto result = services.signer
                    .check(default_tenant(), *id, request.get_param_value("exp"), request.get_param_value("kid"),
                           request.get_param_value("sig"))
                    .and_then([&] { return linked_job(services, *id); })
                    .and_then([&](const Job& job) { return open_result(services, job); });
  reply.header("Cache-Control", "private, no-store");
  if (!result) return reply.problem(result.error());
  const std::string etag = fmt::format("\"{}\"", result->artifact.sha256);
  if (has_match(request, etag)) {
    reply.header("ETag", etag);
    return reply.empty(304);
  }
  const bool is_shown = request.get_param_value("disposition") == "inline";  // in a page's viewer, our own page's
  if (is_shown) reply.header("Content-Security-Policy", "frame-ancestors 'self'");
  reply.header("Content-Disposition",
               content_disposition(result->artifact.filename, is_shown ? "inline" : "attachment"));
  reply.header("X-Content-Type-Options", "nosniff");
  reply.file(
      {.file = std::move(result->file), .bytes = result->bytes, .content_type = "application/pdf", .etag = etag});
}

}  // namespace platen::http
