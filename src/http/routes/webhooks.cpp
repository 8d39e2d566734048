#include "base/webhook_secret.hpp"
#include "codec/webhook_json.hpp"
#include "http/routes/decode.hpp"
#include "http/routes/handlers.hpp"
#include "http/text.hpp"

namespace platen::http {

namespace {

Result<WebhookId> webhook_id_in(const Request& request) {
  auto id = parse_webhook_id(part_of_path(request.path, 2));
  if (!id) return fail(Errc::not_found, "There is no such webhook.");
  return *std::move(id);
}

Result<DeliveryId> delivery_id_in(const Request& request) {
  auto id = parse_delivery_id(part_of_path(request.path, 4));
  if (!id) return fail(Errc::not_found, "The webhook has no such delivery.");
  return *std::move(id);
}

void answer(const Result<Webhook>& webhook, Reply& reply) {
  if (!webhook) return reply.problem(webhook.error());
  reply.header("Cache-Control", "no-store");
  reply.json(200, codec::encode_webhook(*webhook));
}

void answer(const Result<DeliveryRecord>& delivery, Reply& reply) {
  if (!delivery) return reply.problem(delivery.error());
  reply.json(202, codec::encode_delivery(*delivery));
}

}  // namespace

void create_webhook(const Services& services, const Request& request, Reply& reply) {
  const std::string secret = new_webhook_secret();
  const auto webhook = codec::decode_webhook(request.body).and_then([&](Webhook wanted) {
    wanted.id = new_webhook_id();
    wanted.tenant = reply.tenant();
    return services.webhooks.create(wanted, secret);
  });
  if (!webhook) return reply.problem(webhook.error());
  reply.header("Location", services.public_url + "/v1/webhooks/" + webhook->id.text);
  reply.header("Cache-Control", "no-store");
  reply.json(201, codec::encode_webhook(*webhook, secret));
}

void list_webhooks(const Services& services, const Request& request, Reply& reply) {
  const auto webhooks = check_query(request, {}).and_then([&] { return services.webhooks.list(reply.tenant()); });
  if (!webhooks) return reply.problem(webhooks.error());
  reply.header("Cache-Control", "no-store");
  reply.json(200, codec::encode_webhooks(*webhooks));
}

void show_webhook(const Services& services, const Request& request, Reply& reply) {
  answer(
      webhook_id_in(request).and_then([&](const WebhookId& id) { return services.webhooks.find(reply.tenant(), id); }),
      reply);
}

void change_webhook(const Services& services, const Request& request, Reply& reply) {
  answer(webhook_id_in(request).and_then([&](const WebhookId& id) {
    return codec::decode_webhook_change(request.body).and_then([&](const WebhookChange& change) {
      return services.webhooks.change(reply.tenant(), id, change);
    });
  }),
         reply);
}

void rotate_webhook(const Services& services, const Request& request, Reply& reply) {
  WebhookChange change;
  change.secret = new_webhook_secret();
  const auto webhook = webhook_id_in(request).and_then(
      [&](const WebhookId& id) { return services.webhooks.change(reply.tenant(), id, change); });
  if (!webhook) return reply.problem(webhook.error());
  reply.header("Cache-Control", "no-store");
  reply.json(200, codec::encode_webhook(*webhook, *change.secret));
}

void remove_webhook(const Services& services, const Request& request, Reply& reply) {
  const auto removed = webhook_id_in(request).and_then(
      [&](const WebhookId& id) { return services.webhooks.remove(reply.tenant(), id); });
  if (!removed) return reply.problem(removed.error());
  reply.empty(204);
}

void list_deliveries(const Services& services, const Request& request, Reply& reply) {
  const auto page = check_query(request, {"limit", "cursor"}).and_then([&] { return page_in(request); });
  if (!page) return reply.problem(page.error());
  const auto found = webhook_id_in(request).and_then([&](const WebhookId& id) {
    return services.webhook_log.deliveries(reply.tenant(), id, page->limit, page->cursor);
  });
  if (!found) return reply.problem(found.error());
  reply.header("Cache-Control", "no-store");
  reply.json(200, codec::encode_deliveries(*found));
}

void resend_delivery(const Services& services, const Request& request, Reply& reply) {
  answer(webhook_id_in(request).and_then([&](const WebhookId& id) {
    return delivery_id_in(request).and_then(
        [&](const DeliveryId& delivery) { return services.webhook_log.resend(reply.tenant(), id, delivery); });
  }),
         reply);
}

void test_webhook(const Services& services, const Request& request, Reply& reply) {
  answer(webhook_id_in(request).and_then(
             [&](const WebhookId& id) { return services.webhook_log.test(reply.tenant(), id); }),
         reply);
}

}  // namespace platen::http
