#include "codec/kept_request_json.hpp"

#include "codec/job_json.hpp"
#include "codec/json.hpp"

namespace platen::codec {

namespace {

constexpr std::size_t most_shown_bytes = std::size_t{64} * 1024;

/// Takes a member out and notes its place.
void leave_out(OrderedJson& object, const char* name, const char* pointer, OrderedJson& left_out) {
  if (object.is_object() && object.erase(name) > 0) left_out.push_back(pointer);
}

OrderedJson options_object(const JobOptions& options) {
  OrderedJson object;
  object["priority"] = name_of(options.priority);
  if (!options.group.empty()) object["group"] = options.group;
  object["expiry_seconds"] = options.expiry.count();
  object["max_attempts"] = options.max_attempts;
  if (options.timeout) object["timeout_seconds"] = options.timeout->count();
  object["retention_seconds"] = options.retention.count();
  object["filename"] = options.filename;
  object["tags"] = OrderedJson::object();
  for (const auto& [name, value] : options.tags) object["tags"][name] = value;
  return object;
}

Result<OrderedJson> shown_object(std::string_view spec) {
  auto parsed = parse_own(spec);
  if (!parsed) return fail(parsed.error());
  OrderedJson shown;
  OrderedJson left_out = OrderedJson::array();
  OrderedJson report = (*parsed)["report"];
  OrderedJson data = (*parsed)["data"];
  leave_out(data, "rows", "/data/rows", left_out);
  if (report.is_object() && report.contains("document")) {
    OrderedJson& document = report["document"];
    leave_out(document, "password", "/report/document/password", left_out);
    leave_out(document, "owner_password", "/report/document/owner_password", left_out);
  }
  if (dump(report).size() > most_shown_bytes)
    left_out.push_back("/report");
  else
    shown["report"] = std::move(report);
  shown["data"] = std::move(data);
  shown["left_out"] = std::move(left_out);
  return shown;
}

}  // namespace

Result<std::string> shown_spec(std::string_view spec) {
  return shown_object(spec).map([](const OrderedJson& shown) { return dump(shown); });
}

Result<std::string> encode_kept_request(const KeptRequest& kept) {
  const auto stored = kept.shown.empty() ? shown_object(kept.spec.value_or("{}")) : parse_own(kept.shown);
  if (!stored) return fail(stored.error());
  OrderedJson shown = *stored;
  shown["options"] = options_object(kept.options);
  shown["can_run_again"] = has_ended(kept.state) && kept.spec.has_value();
  return dump(shown);
}

}  // namespace platen::codec
