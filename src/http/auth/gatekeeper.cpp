#include "http/auth/gatekeeper.hpp"

#include <algorithm>
#include <utility>

#include "http/text.hpp"

namespace platen::http {

namespace {

std::string_view value_of(const httplib::Headers& fields, const char* name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

bool is_probe(std::string_view path) { return path == "/livez" || path == "/readyz"; }

bool changes_nothing(std::string_view method) { return method == "GET" || method == "HEAD" || method == "OPTIONS"; }

/// The text after `Bearer`; nullopt without the field, empty where it is another scheme's or is there twice.
std::optional<std::string_view> bearer_in(const httplib::Headers& fields) {
  constexpr std::string_view scheme = "bearer ";
  const auto [first, last] = fields.equal_range("Authorization");
  if (first == last) return std::nullopt;
  const std::string_view value = first->second;
  if (std::next(first) != last || !same_word(value.substr(0, scheme.size()), scheme)) return std::string_view();
  return trim(value.substr(scheme.size()));
}

/// A ticket and the job whose stream the request asks for.
struct SentTicket {
  std::string text;
  JobId job;
};

std::optional<SentTicket> ticket_in(const Exchange& exchange) {
  constexpr std::string_view begin = "/v1/jobs/";
  constexpr std::string_view end = "/events";
  constexpr std::string_view name = "ticket=";
  const std::string_view path = exchange.path;
  if (exchange.method != "GET" || !path.starts_with(begin) || !path.ends_with(end)) return std::nullopt;
  const std::size_t mark = exchange.target.find('?');
  std::string_view query =
      mark == std::string::npos ? std::string_view() : std::string_view(exchange.target).substr(mark + 1);
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (!pair.starts_with(name)) continue;
    auto text = percent_decode(pair.substr(name.size()));
    auto job = parse_job_id(path.substr(begin.size(), path.size() - begin.size() - end.size()));
    if (!text || !job) return SentTicket{};
    return SentTicket{*std::move(text), *std::move(job)};
  }
  return std::nullopt;
}

}  // namespace

Gatekeeper::Gatekeeper(GatekeeperOptions options, const TokenSigner& tokens, const Clock& clock)
    : options_(std::move(options)), tokens_(tokens), clock_(clock), is_closed_(options_.requires_keys) {}

void Gatekeeper::learn(KeyTable table) {
  keys_ = std::move(table);
  is_closed_ = is_closed_ || !keys_.empty();
  is_loaded_ = true;
  learn_nothing_new();
}

void Gatekeeper::learn_nothing_new() { heard_at_ = std::chrono::steady_clock::now(); }

bool Gatekeeper::is_stale() const { return std::chrono::steady_clock::now() - heard_at_ > options_.stale_after; }

std::optional<Refusal> Gatekeeper::admit(Exchange& exchange, const Admission& admission) {
  if (auto refusal = check_source(exchange)) return refusal;
  if (admission.course == Course::refuse || admission.course == Course::options) return std::nullopt;
  exchange.visitor = identify(exchange);
  exchange.headers.erase("Authorization");
  exchange.headers.erase("Cookie");
  if (auto refusal = meter(exchange)) return refusal;
  // Before a byte of the body is read. Without a body the route is found later, and the same asked then.
  if (admission.route == nullptr) return std::nullopt;
  return lack_of(admission.route->needs, exchange.visitor, exchange.answer_headers);
}

std::optional<Refusal> Gatekeeper::check_source(const Exchange& exchange) {
  if (exchange.host != known_host_ && !is_probe(exchange.path)) {
    if (!options_.hosts.include(exchange.host))
      return Refusal{421, Errc::forbidden,
                     "This service does not go by the name in 'Host'. Its operator can allow it: allow-host."};
    known_host_ = exchange.host;
  }
  if (changes_nothing(exchange.method) && exchange.headers.count("Upgrade") == 0) return std::nullopt;
  const auto [origin, end] = exchange.headers.equal_range("Origin");
  if (origin != end) {
    const bool is_allowed = exchange.answer_headers.count("Access-Control-Allow-Origin") > 0;
    if (is_allowed || is_own_origin(origin->second, exchange.host, options_.public_url)) return std::nullopt;
  } else {
    const std::string_view site = value_of(exchange.headers, "Sec-Fetch-Site");
    if (site.empty() || site == "same-origin" || site == "none") return std::nullopt;
  }
  return Refusal{403, Errc::forbidden, "A page of another origin may do this only where allow-origin names that."};
}

Visitor Gatekeeper::known_by(Proof proof, std::shared_ptr<const Caller> caller) const {
  if (caller) return {proof, std::move(caller), {}};
  return {is_stale() ? Proof::unknown : Proof::wrong, nullptr, {}};
}

Visitor Gatekeeper::identify(const Exchange& exchange) const {
  if (is_open()) return Visitor::anyone();
  const auto bearer = bearer_in(exchange.headers);
  const auto ticket = ticket_in(exchange);
  const std::string_view session = session_in(exchange.headers);
  if (!bearer && !ticket && session.empty()) return {is_closed_ ? Proof::none : Proof::unknown, nullptr, {}};
  if (!is_loaded_) return {Proof::unknown, nullptr, {}};
  if (bearer) return known_by(Proof::key, keys_.find(*bearer, clock_.now()));
  if (ticket) {
    const auto tenant = tokens_.check_ticket(ticket->text, ticket->job);
    if (!tenant) return {Proof::wrong, nullptr, {}};
    return {Proof::ticket, std::make_shared<const Caller>(Caller{*tenant, Scopes().with(Scope::read), {}, {}, {}}), {}};
  }
  const auto key = tokens_.check_session(session);
  if (!key) return {Proof::wrong, nullptr, {}};
  Visitor visitor = known_by(Proof::session, keys_.find(*key, clock_.now()));
  visitor.session_end = TokenSigner::end_of(session);
  return visitor;
}

bool Gatekeeper::still_knows(const Visitor& visitor) const {
  if (visitor.proof == Proof::open) return is_open();
  if (visitor.proof != Proof::key && visitor.proof != Proof::session) return true;
  if (visitor.session_end && *visitor.session_end <= clock_.now()) return false;
  return keys_.find(visitor.caller->key, clock_.now()) != nullptr;
}

std::optional<Refusal> Gatekeeper::meter(Exchange& exchange) {
  const Caller* const caller = exchange.visitor.caller.get();
  if (caller == nullptr || !caller->requests.is_set()) return std::nullopt;
  const Meter::Taken taken = meter_.take({caller->key, caller->requests}, std::chrono::steady_clock::now());
  tell_allowance("requests", taken.allowance, exchange.answer_headers);
  if (!taken.refused_for) return std::nullopt;
  exchange.answer_headers.emplace("Retry-After", std::to_string(taken.refused_for->count()));
  return Refusal{429, Errc::rate_limited, "This key sends more requests than it may. Try again in a moment."};
}

}  // namespace platen::http
