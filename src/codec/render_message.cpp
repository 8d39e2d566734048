#include "codec/render_message.hpp"

#include "base/clock.hpp"
#include "codec/domain_objects.hpp"

namespace platen::codec {

namespace {

constexpr std::uint64_t most_threads = 256;

std::optional<bool> flag_in(const OrderedJson& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_boolean()) return std::nullopt;
  return found->get<bool>();
}

void put_members(ObjectText& object, const Rendered& rendered) {
  object.put("pages", rendered.pages);
  object.put("rows", rendered.rows);
  object.put("replaced_bytes", rendered.replaced_bytes);
  object.put("skipped_rows", rendered.skipped_rows);
  object.put("missing_glyphs", rendered.missing_glyphs);
}

Rendered rendered_from(const OrderedJson& object) {
  return {.pages = count_in(object, "pages"),
          .rows = count_in(object, "rows"),
          .replaced_bytes = count_in(object, "replaced_bytes"),
          .skipped_rows = count_in(object, "skipped_rows"),
          .missing_glyphs = count_in(object, "missing_glyphs")};
}

std::string_view name_of_kind(const Progress&) { return "progress"; }
std::string_view name_of_kind(const Rendered&) { return "rendered"; }
std::string_view name_of_kind(const Error&) { return "error"; }

}  // namespace

std::size_t files_of(const RenderOrder& order) noexcept {
  return 2 + (order.has_scratch ? 1U : 0U) + (order.has_data ? 1U : 0U) + order.images.size();
}

std::string encode_order(const RenderOrder& order) {
  OrderedJson object;
  object["created_at"] = unix_ms(order.created_at);
  object["has_scratch"] = order.has_scratch;
  object["has_data"] = order.has_data;
  object["images"] = order.images;
  object["threads"] = order.threads;
  return dump(object);
}

Result<RenderOrder> decode_order(std::string_view json) {
  const auto object = parse_own(json);
  if (!object) return fail(object.error());
  const auto none = [] { return fail(Errc::invalid_request, "This is not an order to draw."); };
  const auto created_at = integer_in(*object, "created_at");
  const auto has_scratch = flag_in(*object, "has_scratch");
  const auto has_data = flag_in(*object, "has_data");
  const auto threads = count_in(*object, "threads");
  const auto images = object->find("images");
  if (!created_at || !has_scratch || !has_data || threads == 0 || threads > most_threads) return none();
  if (images == object->end() || !images->is_array() || images->size() > most_images) return none();
  RenderOrder order{from_unix_ms(*created_at), *has_scratch, *has_data, {}, static_cast<unsigned>(threads)};
  for (const OrderedJson& image : *images) {
    if (!image.is_string()) return none();
    order.images.push_back(image.get<std::string>());
  }
  return order;
}

/// One shape for each kind: an object whose only member says which it is.
std::string encode_answer(const RenderAnswer& answer) {
  return object_text([&](ObjectText& object) {
    std::visit(
        [&](const auto& kind) {
          ObjectText members(object.value(name_of_kind(kind)));
          put_members(members, kind);
        },
        answer);
  });
}

Result<RenderAnswer> decode_answer(std::string_view json) {
  const auto object = parse_own(json);
  if (!object) return fail(object.error());
  if (const auto found = object->find("progress"); found != object->end())
    return progress_from(*found).map([](Progress progress) { return RenderAnswer(std::move(progress)); });
  if (const auto found = object->find("rendered"); found != object->end()) return RenderAnswer(rendered_from(*found));
  if (const auto found = object->find("error"); found != object->end())
    return error_from(*found).map([](Error error) { return RenderAnswer(std::move(error)); });
  return fail(Errc::invalid_request, "This is not a renderer's answer.");
}

}  // namespace platen::codec
