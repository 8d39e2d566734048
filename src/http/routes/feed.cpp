#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "codec/job_json.hpp"
#include "http/routes/decode.hpp"
#include "http/routes/handlers.hpp"
#include "http/routes/waiting.hpp"
#include "http/text.hpp"

namespace platen::http {

namespace {

constexpr std::size_t most_events_a_page = 500;
constexpr std::size_t usual_events_a_page = 100;
/// Pages that are read to find one with an event of the wanted types.
constexpr int most_reads = 20;
constexpr std::size_t longest_shown_name = 40;

class FeedWatching final : public Watching {
 public:
  explicit FeedWatching(std::unique_ptr<relay::FeedWait> wait) : wait_(std::move(wait)) {}

 private:
  std::unique_ptr<relay::FeedWait> wait_;
};

Result<std::optional<FeedPosition>> decode_since(const std::string& text) {
  if (text.empty() || text == "now") return std::nullopt;
  if (text == "0" || text == "beginning") return FeedPosition::beginning();
  if (const auto position = parse_feed_position(text)) return *position;
  if (const auto time = parse_rfc3339(text)) return FeedPosition::before(*time);
  return fail(Errc::invalid_request,
              "'since' is a position that the feed gave out, a time (RFC 3339), 0 for all that is kept, or now.");
}

Result<relay::EventKinds> decode_types(const std::string& text) {
  auto kinds = relay::EventKinds::none();
  std::string_view list = text;
  do {
    const std::string_view name = trim(next_element(list));
    const auto kind = event_kind_from(name);
    if (!kind || kind == EventKind::progress || kind == EventKind::reset)
      return fail(Errc::invalid_request,
                  fmt::format("'types' has no '{}': it is of queued, delayed, started, retrying, canceling, succeeded, "
                              "failed, canceled and expired.",
                              name.substr(0, longest_shown_name)));
    kinds.add(*kind);
  } while (!list.empty());
  return kinds;
}

Result<relay::FeedQuery> decode_feed_query(const Request& request, const Tenant& tenant) {
  if (auto known = check_query(request, {"jobs", "since", "last_event_id", "types", "limit"}); !known)
    return fail(known.error());
  auto since = decode_since(request.get_param_value("since"));
  if (!since) return fail(std::move(since).error());
  relay::FeedQuery query{.tenant = tenant, .after = *since};
  // A client that comes back has the URL that it came with first. What no Platen sent counts as nothing seen.
  if (const auto seen = parse_feed_position(last_event_id(request))) query.after = seen;
  if (request.has_param("types")) {
    auto kinds = decode_types(request.get_param_value("types"));
    if (!kinds) return fail(std::move(kinds).error());
    query.kinds = *kinds;
  }
  return query;
}

Result<std::size_t> decode_limit(const Request& request) {
  if (!request.has_param("limit")) return usual_events_a_page;
  const auto limit = parse_number(request.get_param_value("limit"));
  if (!limit || *limit < 1 || *limit > most_events_a_page)
    return fail(Errc::invalid_request, fmt::format("'limit' is a number from 1 to {}.", most_events_a_page));
  return static_cast<std::size_t>(*limit);
}

/// The next page with an event of the wanted types, or the last that was read.
Result<FeedPage> read_page(const Services& services, const relay::FeedQuery& query, std::size_t limit) {
  bool has_lost = false;
  std::optional<FeedPosition> after = query.after;
  for (int reads = 1;; ++reads) {
    auto page = services.feeds.read_feed(query.tenant, after, limit);
    if (!page) return page;
    has_lost = has_lost || page->has_lost;
    page->has_lost = has_lost;
    auto& events = page->events;
    events.erase(std::remove_if(events.begin(), events.end(),
                                [&](const FeedEvent& event) { return !query.kinds.has(event.kind); }),
                 events.end());
    if (!events.empty() || !page->has_more || reads == most_reads) return page;
    after = page->end;
  }
}

std::string shown(const Services& services, const Tenant& tenant, const FeedPage& page) {
  std::string text = R"({"data":[)";
  for (const FeedEvent& event : page.events) {
    std::string data = event.data;
    if (event.kind == EventKind::succeeded)
      data = codec::with_link(data, services.signer.sign(tenant, event.job), services.public_url).value_or(event.data);
    text += fmt::format(R"({}{{"id":"{}","event":"{}","data":{}}})", text.back() == '[' ? "" : ",",
                        event.position.text(), name_of(event.kind), data);
  }
  return text +
         fmt::format(R"(],"next":"{}","has_more":{},"has_lost":{}}})", page.end.text(), page.has_more, page.has_lost);
}

void answer_with_page(const Services& services, const Tenant& tenant, const Result<FeedPage>& page, Reply& reply) {
  if (!page) return reply.problem(page.error());
  reply.header("Cache-Control", "no-store");
  reply.json(200, shown(services, tenant, *page));
}

void answer_poll(const Services& services, const Request& request, relay::FeedQuery query, Reply& reply) {
  const auto limit = decode_limit(request);
  if (!limit) return reply.problem(limit.error());
  const auto page = read_page(services, query, *limit);
  const auto wait = wanted_wait(request);
  if (wait) reply.header("Preference-Applied", preference_applied(*wait));
  const bool has_news = !page || !page->events.empty() || page->has_more || page->has_lost;
  if (has_news || wait.value_or(no_wait) == no_wait) return answer_with_page(services, query.tenant, page, reply);
  query.after = page->end;
  reply.wait({.at_most = *wait,
              .watch =
                  [&hub = services.hub, query](std::function<void()> over) {
                    return std::make_unique<FeedWatching>(hub.wait(query, std::move(over)));
                  },
              .answer =
                  [&services, query, limit = *limit, wait = *wait](const Request&, Reply& later) {
                    later.header("Preference-Applied", preference_applied(wait));
                    answer_with_page(services, query.tenant, read_page(services, query, limit), later);
                  }});
}

}  // namespace

void show_feed(const Services& services, const Request& request, Reply& reply) {
  auto query = decode_feed_query(request, reply.tenant());
  if (!query) return reply.problem(query.error());
  if (accepts(request, "application/json")) return answer_poll(services, request, *std::move(query), reply);
  relay::FeedStreamRequest wanted{*std::move(query), head_fields(reply), may_go_on(services, reply.visitor())};
  reply.stream([&hub = services.hub, wanted = std::move(wanted)](Detached connection) {
    hub.adopt(connected(connection), wanted);
  });
}

}  // namespace platen::http
