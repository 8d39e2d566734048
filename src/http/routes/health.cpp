#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

#include "http/routes/handlers.hpp"

namespace platen::http {

void say_alive(const Services&, const Request&, Reply& reply) {
  reply.header("Cache-Control", "no-store");
  reply.json(200, R"({"status":"ok"})");
}

void say_ready(const Services& services, const Request&, Reply& reply) {
  const std::array<std::pair<std::string_view, bool>, 4> components{{
      {"queue", services.reader.ping().has_value()},
      {"events", services.has_live_events()},
      {"uploads", services.uploads.check().has_value()},
      {"artifacts", services.artifacts.check().has_value()},
  }};
  bool is_ready = true;
  std::string list;
  for (const auto& [name, works] : components) {
    is_ready = is_ready && works;
    list += fmt::format(R"({}"{}":"{}")", list.empty() ? "" : ",", name, works ? "ok" : "unavailable");
  }
  reply.header("Cache-Control", "no-store");
  if (!is_ready) reply.header("Retry-After", "1");
  reply.json(is_ready ? 200 : 503,
             fmt::format(R"({{"status":"{}","components":{{{}}}}})", is_ready ? "ok" : "unavailable", list));
}

}  // namespace platen::http
