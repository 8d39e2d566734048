#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "base/clock.hpp"
#include "http/routes/content_disposition.hpp"
#include "http/routes/decode.hpp"
#include "http/routes/handlers.hpp"
#include "http/text.hpp"

namespace platen::http {

namespace {

Result<Artifact> result_of(const Job& job) {
  if (!has_ended(job.state)) return fail(Errc::conflict, "The report is not finished yet.");
  if (!job.artifact)
    return fail(Errc::conflict, fmt::format("There is no result: the job ended as '{}'.", name_of(job.state)));
  return *job.artifact;
}

/// A finished report: where clients get it from the store, or open for reading.
struct Delivery {
  std::optional<std::string> elsewhere;
  Fd file;
  std::uint64_t bytes = 0;
};

Result<Delivery> deliver(const Services& services, const Artifact& artifact, const Handout& handout) {
  auto elsewhere = services.artifacts.link(artifact.name, handout);
  if (!elsewhere) return fail(std::move(elsewhere.error()));
  if (*elsewhere) return Delivery{*std::move(elsewhere), {}, 0};
  auto file = services.artifacts.open(artifact.name);
  if (!file && file.error().code == Errc::not_found) return fail(Errc::gone, "The report has been removed.");
  if (!file) return fail(std::move(file.error()));
  const auto bytes = size_of(*file);
  if (!bytes) return fail(bytes.error());
  return Delivery{{}, *std::move(file), *bytes};
}

/// What is left of a link's life. `expires` is of one that has been checked.
std::chrono::seconds time_left(const std::string& expires) {
  std::int64_t seconds = 0;
  std::from_chars(expires.data(), expires.data() + expires.size(), seconds);
  const auto now = std::chrono::floor<std::chrono::seconds>(SystemClock().now()).time_since_epoch();
  return std::max(std::chrono::seconds(1), std::chrono::seconds(seconds) - now);
}

/// The job of a link that has been checked. Such a job was there: if it is not now, its time is over.
Result<Job> linked_job(const Services& services, const Tenant& tenant, const JobId& id) {
  auto job = services.reader.find(tenant, id);
  if (!job && job.error().code == Errc::not_found) return fail(Errc::gone, "The report has been removed.");
  return job;
}

}  // namespace

void redirect_to_result(const Services& services, const Request& request, Reply& reply) {
  const auto job = job_in(services, request, reply);
  if (!job) return reply.problem(job.error());
  reply.header("Cache-Control", "no-store");
  const auto result =
      result_of(*job).and_then([&](const Artifact& artifact) { return deliver(services, artifact, {}); });
  if (!result) {
    if (!has_ended(job->state)) reply.header("Retry-After", "1");
    return reply.problem(result.error());
  }
  reply.header("Location", services.public_url + services.signer.sign(job->tenant, job->id).path);
  reply.empty(303);
}

void download(const Services& services, const Request& request, Reply& reply) {
  const auto id = parse_job_id(part_of_path(request.path, 1));
  // That this is the one whose job it is the signature shows.
  const auto tenant = request.has_param("t") ? parse_tenant(request.get_param_value("t")) : default_tenant();
  if (!id || !tenant) return reply.problem({Errc::forbidden, "This link is not valid. Ask for a new one."});
  auto result = services.signer
                    .check(*tenant, *id, request.get_param_value("exp"), request.get_param_value("kid"),
                           request.get_param_value("sig"))
                    .and_then([&] { return linked_job(services, *tenant, *id); })
                    .and_then([](const Job& job) { return result_of(job); });
  reply.header("Cache-Control", "private, no-store");
  if (!result) return reply.problem(result.error());
  const bool is_shown = request.get_param_value("disposition") == "inline";  // in a page's viewer, our own page's
  const std::string disposition = content_disposition(result->filename, is_shown ? "inline" : "attachment");
  auto delivery = deliver(
      services, *result,
      {.method = request.method, .lifetime = time_left(request.get_param_value("exp")), .disposition = disposition});
  if (!delivery) return reply.problem(delivery.error());
  const std::string etag = fmt::format("\"{}\"", result->sha256);
  if (has_match(request, etag)) {
    reply.header("ETag", etag);
    return reply.empty(304);
  }
  if (is_shown) reply.header("Content-Security-Policy", "frame-ancestors 'self'");
  if (delivery->elsewhere) {
    reply.header("Location", *delivery->elsewhere);
    return reply.empty(302);
  }
  reply.header("Content-Disposition", disposition);
  reply.header("X-Content-Type-Options", "nosniff");
  reply.file(
      {.file = std::move(delivery->file), .bytes = delivery->bytes, .content_type = "application/pdf", .etag = etag});
}

}  // namespace platen::http
