#include "codec/job_json.hpp"
#include "codec/redrive_json.hpp"
#include "http/routes/decode.hpp"
#include "http/routes/handlers.hpp"

namespace platen::http {

void list_dead_letters(const Services& services, const Request& request, Reply& reply) {
  const auto page =
      check_query(request, {"limit", "cursor"})
          .and_then([&] { return page_in(request); })
          .and_then([&](const JobQuery& query) { return services.reader.dead_letters(reply.tenant(), query); });
  if (!page) return reply.problem(page.error());
  reply.header("Cache-Control", "no-store");
  reply.json(200, codec::encode_jobs(page->jobs, page->next_cursor, {services.public_url, {}}));
}

void redrive_job(const Services& services, const Request& request, Reply& reply) {
  const auto job =
      job_id_in(request).and_then([&](const JobId& id) { return services.control.redrive(reply.tenant(), id); });
  if (!job) return reply.problem(job.error());
  reply.header("Location", location_of(services, job->id));
  reply.json(202, shown(services, reply.visitor(), *job));
}

void redrive_dead_letters(const Services& services, const Request& request, Reply& reply) {
  const auto redriven = codec::decode_redrive(request.body).and_then([&](const auto& jobs) {
    return services.control.redrive_dead(reply.tenant(), jobs);
  });
  if (!redriven) return reply.problem(redriven.error());
  reply.json(202, codec::encode_redriven(*redriven));
}

}  // namespace platen::http
