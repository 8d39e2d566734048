#include "queue/delivery_queue.hpp"

#include <string_view>
#include <utility>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "queue/job_reply.hpp"

namespace platen::queue {

namespace {

/// The places in webhook_take.lua's rows.
enum Part : std::size_t { id, webhook, url, lane, secret, old_secret, type, at, attempt, manual, job, parts };

Result<Delivery> delivery_from(const redis::Value& row) {
  if (row.size() != Part::parts) return fail(Errc::internal, "the queue holds a delivery that cannot be read");
  Delivery delivery{.id = DeliveryId{std::string(row[Part::id].text())},
                    .webhook = WebhookId{std::string(row[Part::webhook].text())},
                    .target = {std::string(row[Part::url].text()), std::string(row[Part::lane].text())},
                    .secrets = {},
                    .type = std::string(row[Part::type].text()),
                    .at = from_unix_ms(row[Part::at].integer()),
                    .job = {},
                    .attempt = static_cast<std::uint32_t>(row[Part::attempt].integer()),
                    .is_manual = row[Part::manual].text() == "1"};
  for (const Part part : {Part::secret, Part::old_secret})
    if (!row[part].text().empty()) delivery.secrets.emplace_back(row[part].text());
  if (row[Part::job].is_nil()) return delivery;
  auto snapshot = job_from(row[Part::job]);
  if (!snapshot) return fail(std::move(snapshot).error());
  delivery.job = *std::move(snapshot);
  return delivery;
}

std::string_view name_of(DeliveryReport::Next next) {
  switch (next) {
    case DeliveryReport::Next::succeeded: return "succeeded";
    case DeliveryReport::Next::retry: return "retry";
    default: return "give_up";
  }
}

}  // namespace

Result<std::uint32_t> RedisDeliveryQueue::fan_out() {
  const auto reply = run(shard_, scripts::webhook_fan_out, {});
  if (!reply) return fail(reply.error());
  const redis::Value answer(*reply);
  if (!answer[1].text().empty())
    log_line(spdlog::level::err, "an event makes no webhooks", {{"reason", answer[1].text()}});
  return static_cast<std::uint32_t>(answer[0].integer());
}

Result<std::vector<Delivery>> RedisDeliveryQueue::take(const DeliveryRoom& room) {
  std::vector<std::string> texts{std::to_string(room.lease.count()), std::to_string(room.free),
                                 std::to_string(room.most_a_lane)};
  for (const auto& [name, count] : room.busy) {
    texts.push_back(name);
    texts.push_back(std::to_string(count));
  }
  const auto reply = run(shard_, scripts::webhook_take, texts);
  if (!reply) return fail(reply.error());
  const redis::Value rows(*reply);
  std::vector<Delivery> taken;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto delivery = delivery_from(rows[i]);
    if (delivery)
      taken.push_back(*std::move(delivery));
    else  // its lease lapses, and a version that can read it may take it
      log_line(spdlog::level::err, "a webhook's delivery cannot be read",
               {{"message_id", rows[i][Part::id].text()}, {"reason", delivery.error().detail}});
  }
  return taken;
}

Result<bool> RedisDeliveryQueue::report(const Delivery& delivery, const DeliveryReport& report) {
  const auto reply = run(shard_, scripts::webhook_report,
                         {delivery.id.text, std::to_string(delivery.attempt), name_of(report.next),
                          std::to_string(report.retry_in.count()), report.attempt, report.disable_reason});
  if (!reply) return fail(reply.error());
  return redis::Value(*reply).integer() == 1;
}

}  // namespace platen::queue
