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
  void operator()(const char* method, const char* pattern, Function function, Body body = Body::none) const {
    table.push_back({method, pattern, body, [&services = services, function](const Request& request, Reply& reply) {
                       function(services, request, reply);
                     }});
  }
};

void add_probes(const Adder& add) {
  add("GET", "/livez", say_alive);
  add.table.back().is_quick = true;
  add("GET", "/readyz", say_ready);
}

}  // namespace

Routes admin_routes(const Services& services) {
  Routes table;
  const Adder add{table, services};
  add_probes(add);
  add("GET", "/metrics", show_metrics);
  return table;
}

Routes routes(const Services& services) {
  Routes table = page_routes();
  const Adder add{table, services};
  add("POST", "/v1/jobs", submit_job, Body::json_or_form);
  add("GET", "/v1/jobs", list_jobs);
  add("GET", "/v1/jobs/([^/]+)", show_job);
  add("DELETE", "/v1/jobs/([^/]+)", remove_job);
  add("GET", "/v1/jobs/([^/]+)/events", stream_events);
  add("GET", "/v1/jobs/([^/]+)/result", redirect_to_result);
  add("POST", "/v1/jobs/([^/]+)/cancel", cancel_job);
  add("GET", "/v1/events", stream_jobs);
  add("GET", "/v1/ws", converse);
  add("POST", "/v1/jobs/([^/]+)/redrive", redrive_job);
  add("GET", "/v1/dead-letters", list_dead_letters);
  add("POST", "/v1/dead-letters/redrive", redrive_dead_letters, Body::json);
  add("POST", "/v1/webhooks", create_webhook, Body::json);
  add("GET", "/v1/webhooks", list_webhooks);
  add("GET", "/v1/webhooks/([^/]+)", show_webhook);
  add("PATCH", "/v1/webhooks/([^/]+)", change_webhook, Body::json);
  add("DELETE", "/v1/webhooks/([^/]+)", remove_webhook);
  add("POST", "/v1/webhooks/([^/]+)/rotate", rotate_webhook);
  add("POST", "/v1/webhooks/([^/]+)/test", test_webhook);
  add("GET", "/v1/webhooks/([^/]+)/deliveries", list_deliveries);
  add("POST", "/v1/webhooks/([^/]+)/deliveries/([^/]+)/resend", resend_delivery);
  add("POST", "/v1/uploads", store_upload, Body::file);
  add("GET", "/v1/uploads/([^/]+)", show_upload);
  add("DELETE", "/v1/uploads/([^/]+)", discard_upload);
  add("PUT", "/v1/uploads/([^/]+)", append_to_upload, Body::part);
  table.back().open_part = [&services](const PartHead& head) { return open_part(services, head); };
  add("GET", "/d/([^/]+)", download);
  add_probes(add);
  add("GET", "/v1/queue", show_queue);
  if (!services.metrics_apart) add("GET", "/metrics", show_metrics);
  return table;
}

}  // namespace platen::http
