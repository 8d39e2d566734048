#include "http/routes/routes.hpp"

#include <utility>

#include "http/routes/handlers.hpp"

namespace platen::http {

namespace {

using Function = void (*)(const Services&, const Request&, Reply&);

/// Adds to a table what takes the services.
struct Adder {
  Routes& table;
  const Services& services;
  Route& operator()(const char* method, const char* pattern, Needs needs, Function function,
                    Body body = Body::none) const {
    table.push_back({method, pattern, body, [&services = services, function](const Request& request, Reply& reply) {
                       function(services, request, reply);
                     }});
    table.back().needs = needs;
    return table.back();
  }
};

void add_probes(const Adder& add) {
  add("GET", "/livez", Needs::nothing, say_alive).is_quick = true;
  add("GET", "/readyz", Needs::nothing, say_ready);
}

}  // namespace

Routes admin_routes(const Services& services) {
  Routes table;
  const Adder add{table, services};
  add_probes(add);
  add("GET", "/metrics", Needs::nothing, show_metrics);  // whoever reaches the operator's listener
  return table;
}

Routes routes(const Services& services) {
  Routes table = page_routes(services.report_origin);
  const Adder add{table, services};
  add("POST", "/v1/jobs", Needs::submit, submit_job, Body::json_or_form);
  add("GET", "/v1/jobs", Needs::read, list_jobs);
  add("GET", "/v1/jobs/{id}", Needs::read, show_job);
  add("DELETE", "/v1/jobs/{id}", Needs::admin, remove_job);
  Route& events = add("GET", "/v1/jobs/{id}/events", Needs::read, stream_events);
  events.is_stream = events.is_quick = true;
  add("GET", "/v1/jobs/{id}/result", Needs::read, redirect_to_result);
  add("GET", "/v1/jobs/{id}/request", Needs::read, show_request);
  add("POST", "/v1/jobs/{id}/rerun", Needs::submit, rerun_job);
  add("POST", "/v1/jobs/{id}/cancel", Needs::submit, cancel_job);
  add("GET", "/v1/events", Needs::read, stream_jobs).is_stream = true;
  add("GET", "/v1/ws", Needs::anyone, converse);
  add("POST", "/v1/jobs/{id}/redrive", Needs::admin, redrive_job);
  add("GET", "/v1/dead-letters", Needs::read, list_dead_letters);
  add("POST", "/v1/dead-letters/redrive", Needs::admin, redrive_dead_letters, Body::json);
  add("POST", "/v1/webhooks", Needs::admin, create_webhook, Body::json);
  add("GET", "/v1/webhooks", Needs::admin, list_webhooks);
  add("GET", "/v1/webhooks/{id}", Needs::admin, show_webhook);
  add("PATCH", "/v1/webhooks/{id}", Needs::admin, change_webhook, Body::json);
  add("DELETE", "/v1/webhooks/{id}", Needs::admin, remove_webhook);
  add("POST", "/v1/webhooks/{id}/rotate", Needs::admin, rotate_webhook);
  add("POST", "/v1/webhooks/{id}/test", Needs::admin, test_webhook);
  add("GET", "/v1/webhooks/{id}/deliveries", Needs::admin, list_deliveries);
  add("POST", "/v1/webhooks/{id}/deliveries/{id}/resend", Needs::admin, resend_delivery);
  add("POST", "/v1/uploads", Needs::submit, store_upload, Body::file);
  add("GET", "/v1/uploads/{id}", Needs::submit, show_upload);
  add("DELETE", "/v1/uploads/{id}", Needs::submit, discard_upload);
  add("PUT", "/v1/uploads/{id}", Needs::submit, append_to_upload, Body::part).open_part =
      [&services](const PartHead& head) { return open_part(services, head); };
  add("POST", "/v1/session", Needs::anyone, begin_session);
  add("GET", "/v1/session", Needs::anyone, show_session);
  add("DELETE", "/v1/session", Needs::nothing, end_session);
  add("GET", "/d/{id}", Needs::nothing, download);
  add_probes(add);
  add("GET", "/v1/queue", Needs::admin, show_queue);
  if (!services.metrics_apart) add("GET", "/metrics", Needs::admin, show_metrics);
  return table;
}

}  // namespace platen::http
