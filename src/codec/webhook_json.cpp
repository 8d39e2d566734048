#include "codec/webhook_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "codec/body_reader.hpp"
#include "codec/domain_objects.hpp"
#include "codec/fields.hpp"
#include "codec/tags_check.hpp"
#include "codec/web_target.hpp"

namespace platen::codec {

namespace {

constexpr TextRule description_text{.least = 0, .most = 300};

const std::vector<EventKind>& final_events() {
  static const std::vector<EventKind> kinds{EventKind::succeeded, EventKind::failed, EventKind::canceled,
                                            EventKind::expired};
  return kinds;
}

/// `["succeeded", …]`: final events, each once.
std::optional<std::vector<EventKind>> take_events(Fields& fields) {
  const Json* const names = fields.take_array("events", final_events().size());
  if (names == nullptr) return std::nullopt;
  if (names->empty()) fields.complain("events", "This must name an event; leave it out for all.");
  std::vector<EventKind> kinds;
  for (std::size_t i = 0; i < names->size(); ++i) {
    const Json& name = (*names)[i];
    const auto kind = name.is_string() ? event_kind_from(name.get_ref<const std::string&>()) : std::nullopt;
    if (!kind || !is_terminal(*kind))
      fields.problems().add(pointer_to(fields.pointer("events"), i),
                            "This is not one of 'succeeded', 'failed', 'canceled', 'expired'.");
    else if (std::find(kinds.begin(), kinds.end(), *kind) == kinds.end())
      kinds.push_back(*kind);
  }
  return kinds;
}

enum class Kind { creation, change };

/// Both have the same members, but that a creation has a URL, and is enabled.
Result<WebhookChange> read_change(std::string_view text, Kind kind) {
  Problems problems;
  const auto body = read_body(text, problems);
  if (!body) return fail(body.error());
  Fields fields(body->root, "", problems);
  WebhookChange change;
  change.target = take_web_target(fields, "url");
  if (kind == Kind::creation && body->root.is_object()) fields.require("url", "where the messages go");
  change.events = take_events(fields);
  if (const Json* const tags = fields.take("tags")) change.tags = check_tags(*tags, "/tags", problems);
  change.description = fields.take_text("description", description_text);
  if (kind == Kind::change) change.is_enabled = fields.take_flag("enabled");
  fields.finish();
  if (problems.empty()) return change;
  Error error = problems.error();
  error.code = Errc::invalid_request;
  return fail(std::move(error));
}

OrderedJson time_or_null(const std::optional<TimePoint>& time) {
  return time ? OrderedJson(rfc3339(*time)) : OrderedJson();
}

OrderedJson webhook_object(const Webhook& webhook) {
  OrderedJson object;
  object["id"] = webhook.id.text;
  object["url"] = webhook.target.url;
  object["events"] = OrderedJson::array();
  for (const EventKind kind : webhook.events) object["events"].push_back(name_of(kind));
  object["tags"] = OrderedJson::object();
  for (const auto& [name, value] : webhook.tags) object["tags"][name] = value;
  object["description"] = webhook.description;
  object["enabled"] = webhook.is_enabled;
  object["disabled_reason"] = webhook.is_enabled ? OrderedJson() : OrderedJson(webhook.disabled_reason);
  object["disabled_at"] = time_or_null(webhook.disabled_at);
  object["created_at"] = rfc3339(webhook.created_at);
  object["old_secret_until"] = time_or_null(webhook.old_secret_until);
  return object;
}

OrderedJson delivery_object(const DeliveryRecord& delivery) {
  OrderedJson object;
  object["id"] = delivery.id.text;
  object["type"] = delivery.type;
  object["job"] = delivery.job.text.empty() ? OrderedJson() : OrderedJson(delivery.job.text);
  object["status"] = name_of(delivery.state);
  object["created_at"] = rfc3339(delivery.created_at);
  object["next_attempt_at"] = time_or_null(delivery.due_at);
  std::string attempts = "[";
  attempts.append(delivery.attempts).append("]");
  object["attempts"] = OrderedJson::parse(attempts, nullptr, false);
  return object;
}

template <class PutData>
std::string message(std::string_view type, TimePoint at, PutData put_data) {
  return object_text([&](ObjectText& object) {
    object.put("type", type);
    object.put("timestamp", rfc3339(at));
    ObjectText data(object.value("data"));
    put_data(data);
  });
}

}  // namespace

Result<Webhook> decode_webhook(std::string_view body) {
  auto given = read_change(body, Kind::creation);
  if (!given) return fail(std::move(given).error());
  Webhook webhook;
  webhook.target = *std::move(given->target);
  webhook.events = std::move(given->events).value_or(final_events());
  if (given->tags) webhook.tags = *std::move(given->tags);
  webhook.description = std::move(given->description).value_or(std::string());
  return webhook;
}

Result<WebhookChange> decode_webhook_change(std::string_view body) { return read_change(body, Kind::change); }

std::string encode_webhook(const Webhook& webhook, std::string_view secret) {
  OrderedJson object = webhook_object(webhook);
  if (!secret.empty()) object["secret"] = secret;
  return dump(object);
}

std::string encode_webhooks(const std::vector<Webhook>& webhooks) {
  OrderedJson page;
  page["data"] = OrderedJson::array();
  for (const Webhook& webhook : webhooks) page["data"].push_back(webhook_object(webhook));
  return dump(page);
}

std::string encode_delivery(const DeliveryRecord& delivery) { return dump(delivery_object(delivery)); }

std::string encode_deliveries(const DeliveryPage& page) {
  OrderedJson object;
  object["data"] = OrderedJson::array();
  for (const DeliveryRecord& delivery : page.deliveries) object["data"].push_back(delivery_object(delivery));
  object["next_cursor"] = page.next_cursor ? OrderedJson(*page.next_cursor) : OrderedJson();
  return dump(object);
}

std::string encode_attempt(const Attempt& attempt) {
  OrderedJson object;
  object["attempt"] = attempt.number;
  object["at"] = rfc3339(attempt.at);
  object["duration_ms"] = attempt.duration.count();
  object["status"] = attempt.status == 0 ? OrderedJson() : OrderedJson(attempt.status);
  object["error"] = attempt.error.empty() ? OrderedJson() : OrderedJson(attempt.error);
  return dump(object);
}

std::string encode_message(std::string_view type, TimePoint at, const Job& job, const JobView& view) {
  return message(type, at, [&](ObjectText& data) { put_members(data, job, view); });
}

std::string encode_test_message(std::string_view type, TimePoint at, const WebhookId& webhook) {
  return message(type, at, [&](ObjectText& data) { data.put("webhook", webhook.text); });
}

}  // namespace platen::codec
