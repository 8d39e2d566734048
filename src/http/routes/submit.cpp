#include <fmt/format.h>

#include <utility>

#include "base/clock.hpp"
#include "base/fd.hpp"
#include "base/file_hash.hpp"
#include "codec/kept_request_json.hpp"
#include "codec/submission_json.hpp"
#include "http/later.hpp"
#include "http/routes/decode.hpp"
#include "http/routes/handlers.hpp"
#include "http/routes/idempotency.hpp"
#include "http/routes/submitting.hpp"
#include "http/routes/waiting.hpp"

namespace platen::http {

namespace {

constexpr std::string_view submits_policy = "submits";

std::optional<Metering> metering_of(const Visitor& visitor) {
  if (!visitor.caller || !visitor.caller->submits.is_set()) return std::nullopt;
  return Metering{visitor.caller->key, visitor.caller->submits};
}

/// The sizes of the images, all of which must be stored; `invalid_report` names the places of those that are not.
Result<std::map<UploadId, std::uint64_t>> image_bytes(const Services& services, const Tenant& tenant,
                                                      const std::vector<codec::ReportImage>& images) {
  std::map<UploadId, std::uint64_t> sizes;
  Error missing{Errc::invalid_report, {}, {}};
  for (const codec::ReportImage& image : images) {
    const auto found = services.uploads.find(tenant, image.upload);
    if (found) {
      sizes[image.upload] = found->bytes;
    } else if (found.error().code != Errc::not_found) {
      return fail(found.error());
    } else {
      missing.fields.push_back({image.pointer, "There is no such upload."});
    }
  }
  if (missing.fields.empty()) return sizes;
  missing.detail = fmt::format("At {}: There is no such upload.", missing.fields.front().pointer);
  return fail(std::move(missing));
}

/// What the clock decides of the options.
Result<void> check_times(const JobOptions& options) {
  constexpr std::chrono::days furthest{30};
  if (!options.not_before || *options.not_before <= SystemClock().now() + furthest) return {};
  const std::string detail = fmt::format("This is more than {} days ahead.", furthest.count());
  return fail(Error{Errc::invalid_report, "At /options/not_before: " + detail, {{"/options/not_before", detail}}});
}

/// The stored data that the request names: sent along, or sent before, and then with its hash at least if that counts.
Result<std::optional<Upload>> data_of(const Services& services, const codec::Request& wanted,
                                      const SubmitRequest& request) {
  const std::optional<Upload>& sent = request.upload;
  const auto& name = wanted.render.data.upload;
  if (sent || !name) return sent;
  const auto unknown = [] {
    constexpr const char* detail = "There is no such upload.";
    return fail(Error{Errc::invalid_report, detail, {{"/data/upload", detail}}});
  };
  auto id = parse_upload_id(*name);
  if (!id) return unknown();
  auto data = services.uploads.find(request.visitor.tenant(), *id);
  if (!data && data.error().code == Errc::not_found) return unknown();
  if (!data) return fail(std::move(data.error()));
  if (wanted.options.dedupe == Dedupe::content && data->sha256.empty()) {
    auto hash = services.uploads.open(*id, {}).and_then([](const Fd& file) { return content_hash(file); });
    if (!hash) return fail(std::move(hash.error()));
    data->sha256 = *std::move(hash);
  }
  return *std::move(data);
}

void add_links(const Services& services, const JobId& job, Reply& reply) {
  const std::string location = location_of(services, job);
  reply.header("Location", location);
  reply.header("Link", std::string("<").append(location).append(R"(/events>; rel="monitor")"));
}

void answer_with_submitted(const Services& services, const Job& job, const std::optional<std::chrono::seconds>& waited,
                           Reply& reply) {
  add_links(services, job.id, reply);
  if (waited) reply.header("Preference-Applied", preference_applied(*waited));
  const bool is_done = has_ended(job.state);
  if (!is_done) reply.header("Retry-After", "1");
  reply.json(is_done && waited ? 201 : 202, shown(services, reply.visitor(), job));
}

/// How much more the key may submit.
void tell_what_is_left(const Result<Job>& job, Reply& reply) {
  if (job && job->allowance) reply.allowance(submits_policy, *job->allowance);
  if (job || job.error().code != Errc::rate_limited) return;
  const auto again = job.error().retry_after.value_or(std::chrono::seconds(1));
  if (const auto metering = metering_of(reply.visitor())) reply.allowance(submits_policy, {metering->limit, 0, again});
}

void answer_submit(const Services& services, const Result<Job>& job, const SubmitWish& wish, Reply& reply) {
  tell_what_is_left(job, reply);
  if (!job) return reply.problem(job.error());
  reply.made(job->id);
  if (wish.is_stream) {
    add_links(services, job->id, reply);
    return stream_job(services, reply, job->id, 0);
  }
  if (wish.wait.value_or(no_wait) == no_wait || has_ended(job->state))
    return answer_with_submitted(services, *job, wish.wait, reply);
  reply.wait({.at_most = *wish.wait,
              .watch = watch_job(services, *job, relay::News::end),
              .answer = [&services, submitted = *job, wait = wish.wait](const Request&, Reply& later) {
                // It is on the queue, whether or not that can be asked now: this is no error.
                const auto now = services.reader.find(submitted.tenant, submitted.id);
                answer_with_submitted(services, now.value_or(submitted), wait, later);
              }});
}

/// Whether a job may refer to the upload that came along.
bool may_be_used(const Result<Submission>& submission, const Result<Job>& job) {
  if (job) return job->id == submission->id;  // else a repeat, whose data is there already
  // The queue may have the job although its answer was lost. If it has not, the janitor removes the upload in a day.
  return submission && job.error().code == Errc::unavailable;
}

}  // namespace

Result<Submission> decode_submission(const Services& services, const SubmitRequest& request) {
  const auto& sent = request.upload;
  auto wanted = codec::decode_request(request.body, sent ? std::optional(sent->id) : std::nullopt);
  if (!wanted) return fail(std::move(wanted.error()));
  return make_submission(services, *std::move(wanted), request);
}

Result<Submission> make_submission(const Services& services, codec::Request wanted, const SubmitRequest& request) {
  if (auto times = check_times(wanted.options); !times) return fail(std::move(times.error()));
  auto data = data_of(services, wanted, request);
  if (!data) return fail(std::move(data.error()));
  auto idempotency = idempotency_of(request.idempotency_key, wanted, request.upload);
  if (!idempotency) return fail(std::move(idempotency.error()));
  auto sizes = image_bytes(services, request.visitor.tenant(), wanted.images);
  if (!sizes) return fail(std::move(sizes.error()));
  auto shown = wanted.spec_is_passing ? codec::shown_spec(wanted.spec) : std::string();
  if (!shown) return fail(std::move(shown.error()));
  std::string content = wanted.options.dedupe == Dedupe::content ? content_of(wanted, *data) : std::string();
  if (*data) sizes->emplace((*data)->id, (*data)->bytes);
  Submission submission{.id = {},
                        .tenant = request.visitor.tenant(),
                        .title = std::move(wanted.render.report.title),
                        .spec = std::move(wanted.spec),
                        .upload = *data ? std::optional((*data)->id) : std::nullopt,
                        .upload_bytes = *std::move(sizes),
                        .options = std::move(wanted.options),
                        .request_id = request.request_id,
                        .idempotency = *std::move(idempotency),
                        .shown_spec = *std::move(shown),
                        .content = std::move(content),
                        .metering = metering_of(request.visitor)};
  for (codec::ReportImage& image : wanted.images) submission.images.push_back(std::move(image.upload));
  submission.id = services.submitter.new_id_for(submission);
  return submission;
}

OpenSpan begin_submit_span(const Services& services, const TraceContext& parent) {
  return {services.tracer, parent, "job submit", SpanKind::producer};
}

void end_submit_span(OpenSpan& span, const Result<Job>& job) {
  if (job)
    span.note("platen.job_id", job->id.text);
  else
    span.fail(name_of(job.error().code));
  span.end();
}

SubmitWish submit_wish(const Request& request) { return {accepts(request, "text/event-stream"), wanted_wait(request)}; }

void submit_later(const Services& services, Submission submission, const SubmitWish& wish, Reply& reply) {
  OpenSpan span = begin_submit_span(services, reply.trace());
  submission.trace = span.context();
  reply.later([&services, wish, wanted = std::move(submission), span](const Later& later) mutable {
    services.submitter.submit_later(std::move(wanted), [&services, wish, later, span](const Result<Job>& job) mutable {
      end_submit_span(span, job);
      later.answer([&](const Request&, Reply& late) { answer_submit(services, job, wish, late); });
    });
  });
}

void submit_job(const Services& services, const Request& request, Reply& reply) {
  const auto key = idempotency_key_in(request);
  auto submission =
      decode_submission(services, {request.body, reply.upload(), key, reply.request_id(), reply.visitor()});
  const SubmitWish wish = submit_wish(request);
  if (const auto& upload = reply.upload()) {
    OpenSpan span = begin_submit_span(services, reply.trace());
    if (submission) submission->trace = span.context();
    const auto job = submission.and_then([&](const Submission& wanted) { return services.submitter.submit(wanted); });
    end_submit_span(span, job);
    if (!may_be_used(submission, job)) discard(services, *upload);
    return answer_submit(services, job, wish, reply);
  }
  if (!submission) return reply.problem(submission.error());
  submit_later(services, *std::move(submission), wish, reply);
}

}  // namespace platen::http
