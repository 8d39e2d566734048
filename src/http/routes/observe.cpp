#include "codec/observation_json.hpp"
#include "http/routes/decode.hpp"
#include "http/routes/handlers.hpp"
#include "metrics/exposition.hpp"

namespace platen::http {

void show_queue(const Services& services, const Request& request, Reply& reply) {
  const auto state =
      check_query(request, {}).and_then([&] { return services.observer.observe(reply.visitor().tenant()); });
  if (!state) return reply.problem(state.error());
  reply.header("Cache-Control", "no-store");
  reply.json(200, codec::encode_queue_state(*state));
}

void show_metrics(const Services& services, const Request&, Reply& reply) {
  reply.header("Cache-Control", "no-store");
  reply.text(200, services.metrics(), metrics::Exposition::content_type);
}

}  // namespace platen::http
