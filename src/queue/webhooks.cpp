#include "queue/webhooks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "codec/job_json.hpp"
#include "queue/job_reply.hpp"

namespace platen::queue {

namespace {

tl::unexpected<Error> no_such_webhook() { return fail(Errc::not_found, "There is no such webhook."); }

/// The places in `webhook` of lua/webhook_prelude.lua.
enum Part : std::size_t {
  tenant,
  url,
  lane,
  events,
  tags,
  description,
  enabled,
  disabled_reason,
  disabled_at,
  created_at,
  old_secret_until,
  id,
  parts
};

/// Those in `delivery_row`.
enum Row : std::size_t { type, job, state, born_at, attempts, due_at, delivery, rows };

/// With a space around each, so that the scripts find whole words.
std::string words_of(const std::vector<EventKind>& kinds) {
  std::string words = " ";
  for (const EventKind kind : kinds) words.append(name_of(kind)).append(" ");
  return words;
}

std::vector<EventKind> kinds_in(std::string_view words) {
  std::vector<EventKind> kinds;
  while (!words.empty()) {
    if (const auto kind = event_kind_from(words.substr(0, words.find(' ')))) kinds.push_back(*kind);
    words.remove_prefix(std::min(words.find(' '), words.size() - 1) + 1);
  }
  return kinds;
}

Result<Webhook> webhook_from(const redis::Value& row) {
  auto found_tags = codec::decode_tags(row[Part::tags].text());
  if (row.size() != Part::parts || !found_tags)
    return fail(Errc::internal, "the queue holds a webhook that this version cannot read");
  return Webhook{.id = WebhookId{std::string(row[Part::id].text())},
                 .tenant = Tenant{std::string(row[Part::tenant].text())},
                 .target = {std::string(row[Part::url].text()), std::string(row[Part::lane].text())},
                 .events = kinds_in(row[Part::events].text()),
                 .tags = *std::move(found_tags),
                 .description = std::string(row[Part::description].text()),
                 .is_enabled = row[Part::enabled].text() == "1",
                 .disabled_reason = std::string(row[Part::disabled_reason].text()),
                 .disabled_at = time_in(row[Part::disabled_at]),
                 .created_at = from_unix_ms(row[Part::created_at].integer()),
                 .old_secret_until = time_in(row[Part::old_secret_until])};
}

Result<DeliveryRecord> record_from(const redis::Value& row) {
  const auto known_state = delivery_state_from(row[Row::state].text());
  if (row.size() != Row::rows || !known_state)
    return fail(Errc::internal, "the queue holds a delivery that this version cannot read");
  return DeliveryRecord{.id = DeliveryId{std::string(row[Row::delivery].text())},
                        .type = std::string(row[Row::type].text()),
                        .job = JobId{std::string(row[Row::job].text())},
                        .state = *known_state,
                        .created_at = from_unix_ms(row[Row::born_at].integer()),
                        .due_at = time_in(row[Row::due_at]),
                        .attempts = std::string(row[Row::attempts].text())};
}

}  // namespace

Result<Webhook> RedisWebhooks::create(const Webhook& webhook, const std::string& secret) {
  const auto reply =
      run(shard_, scripts::webhook_create,
          {webhook.id.text, webhook.tenant.text, std::to_string(most_webhooks), secret, webhook.target.url,
           webhook.target.lane, words_of(webhook.events), codec::encode_tags(webhook.tags), webhook.description});
  if (!reply) return fail(reply.error());
  const redis::Value row(*reply);
  if (row.is_nil()) return fail(Errc::conflict, "The webhook's id is taken.");
  if (row.size() == 1)
    return fail(Errc::conflict, fmt::format("There are {} webhooks already: remove one first.", most_webhooks));
  return webhook_from(row);
}

Result<std::vector<Webhook>> RedisWebhooks::read(const Tenant& tenant, std::string_view id) {
  const auto reply = run(shard_, scripts::webhook_list, {tenant.text, id});
  if (!reply) return fail(reply.error());
  const redis::Value found(*reply);
  std::vector<Webhook> webhooks;
  for (std::size_t i = 0; i < found.size(); ++i) {
    auto webhook = webhook_from(found[i]);
    if (!webhook) return fail(std::move(webhook).error());
    webhooks.push_back(*std::move(webhook));
  }
  return webhooks;
}

Result<std::vector<Webhook>> RedisWebhooks::list(const Tenant& tenant) { return read(tenant, ""); }

Result<Webhook> RedisWebhooks::find(const Tenant& tenant, const WebhookId& id) {
  auto found = read(tenant, id.text);
  if (!found) return fail(std::move(found).error());
  if (found->empty()) return no_such_webhook();
  return std::move(found->front());
}

Result<Webhook> RedisWebhooks::change(const Tenant& tenant, const WebhookId& id, const WebhookChange& change) {
  std::vector<std::string> texts{id.text, tenant.text,
                                 std::to_string(std::chrono::milliseconds(webhook_rotation).count())};
  const auto set = [&texts](const char* field, std::string value) {
    texts.emplace_back(field);
    texts.push_back(std::move(value));
  };
  if (change.target) {
    set("url", change.target->url);
    set("lane", change.target->lane);
  }
  if (change.events) set("events", words_of(*change.events));
  if (change.tags) set("tags", codec::encode_tags(*change.tags));
  if (change.description) set("description", *change.description);
  if (change.is_enabled) set("enabled", *change.is_enabled ? "1" : "0");
  if (change.secret) set("secret", *change.secret);
  const auto reply = run(shard_, scripts::webhook_change, texts);
  if (!reply) return fail(reply.error());
  if (redis::Value(*reply).is_nil()) return no_such_webhook();
  return webhook_from(*reply);
}

Result<void> RedisWebhooks::remove(const Tenant& tenant, const WebhookId& id) {
  const auto reply = run(shard_, scripts::webhook_remove, {id.text, tenant.text});
  if (!reply) return fail(reply.error());
  if (redis::Value(*reply).integer() == 0) return no_such_webhook();
  return {};
}

Result<DeliveryPage> RedisWebhooks::deliveries(const Tenant& tenant, const WebhookId& id, std::uint32_t limit,
                                               const std::optional<std::string>& cursor) {
  if (cursor) {
    const std::size_t colon = cursor->find(':');
    const bool is_time = colon != 0 && cursor->substr(0, colon).find_first_not_of("0123456789") == std::string::npos;
    if (colon == std::string::npos || !is_time || !parse_delivery_id(std::string_view(*cursor).substr(colon + 1)))
      return fail(Errc::invalid_request, "The cursor is not one that a listing gave out.");
  }
  const auto reply = run(shard_, scripts::webhook_deliveries,
                         {id.text, tenant.text, std::to_string(limit), cursor ? std::string_view(*cursor) : ""});
  if (!reply) return fail(reply.error());
  const redis::Value found(*reply);
  if (found.is_nil()) return no_such_webhook();
  DeliveryPage page;
  if (!found[0].text().empty()) page.next_cursor = found[0].text();
  for (std::size_t i = 1; i < found.size(); ++i) {
    auto record = record_from(found[i]);
    if (!record) return fail(std::move(record).error());
    page.deliveries.push_back(*std::move(record));
  }
  return page;
}

Result<DeliveryRecord> RedisWebhooks::send(const Tenant& tenant, const WebhookId& id, const DeliveryId& delivery,
                                           std::string_view what) {
  const auto reply = run(shard_, scripts::webhook_send, {id.text, tenant.text, delivery.text, what});
  if (!reply) return fail(reply.error());
  const redis::Value row(*reply);
  if (row.text() == "no_webhook") return no_such_webhook();
  if (row.text() == "no_delivery") return fail(Errc::not_found, "The webhook has no such delivery.");
  return record_from(row);
}

Result<DeliveryRecord> RedisWebhooks::resend(const Tenant& tenant, const WebhookId& id, const DeliveryId& delivery) {
  return send(tenant, id, delivery, "resend");
}

Result<DeliveryRecord> RedisWebhooks::test(const Tenant& tenant, const WebhookId& id) {
  return send(tenant, id, new_delivery_id(), "test");
}

}  // namespace platen::queue
