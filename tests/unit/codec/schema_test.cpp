// docs/report.schema.json and the decoder say the same: neither can change without the other.
//
// Every part of the schema is met in a sample request, and there replaced by values of every kind and by those at and
// just beyond its bounds: the decoder must complain of that place exactly where the schema does.
#include <cmath>
#include <filesystem>
#include <set>

#include "base/fd.hpp"
#include "codec/report_images.hpp"
#include "codec/submission_json.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/json_schema.hpp"

using namespace platen;
using codec::Json;
using platen::test::JsonSchema;

namespace {

constexpr std::size_t any_bytes = 1 << 20;
const UploadId uploaded{"upl_01arz3ndektsv4rrffq69g5fav"};

Json json_file(const std::string& path) {
  return Json::parse(read_file(std::string(PLATEN_SOURCE) + "/" + path, any_bytes).value());
}

const JsonSchema& schema() {
  static const JsonSchema loaded(json_file("docs/report.schema.json"));
  return loaded;
}

/// Requests that fit, and hold each member of the schema at least once.
std::vector<Json> samples() {
  std::vector<Json> all = json_file("tests/unit/codec/schema_samples.json");
  // As many labels as there can be: series can then have as many values as they can.
  Json chart = {
      {"type", "chart"}, {"labels", Json::array()}, {"series", {{{"label", "a"}, {"values", Json::array()}}}}};
  for (int i = 0; i < 100; ++i) {
    chart["labels"].push_back("l");
    chart["series"][0]["values"].push_back(i);
  }
  all[1]["report"]["sections"].push_back(chart);
  std::swap(all[0], all[1]);  // first, for each part of the schema is tried where it is met first
  return all;
}

Result<codec::Request> decode(const Json& request) { return codec::decode_request(request.dump()); }

/// What the decoder says of a place and of what is in it.
std::vector<FieldError> complaints_of(const Json& request, const std::string& place) {
  const auto decoded = decode(request);
  if (decoded) return {};
  std::vector<FieldError> found;
  for (const FieldError& error : decoded.error().fields)
    if (error.pointer == place || error.pointer.rfind(place + "/", 0) == 0) found.push_back(error);
  return found;
}

/// The names in single quotes after a word of a sentence.
std::set<std::string> names_after(const std::string& sentence, const std::string& word) {
  std::set<std::string> names;
  for (std::size_t at = sentence.find(word); (at = sentence.find('\'', at)) != std::string::npos;) {
    const std::size_t end = sentence.find('\'', at + 1);
    names.insert(sentence.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return names;
}

Json resized(const Json& array, std::size_t size) {
  Json result = Json::array();
  while (result.size() < size) result.push_back(array.at(0));
  return result;
}

/// Values of every kind, and those at the bounds of `node`, made of one that fits.
std::vector<Json> candidates_for(const Json& node, const Json& fitting) {
  std::vector<Json> values = {
      "",    "x",    "de",  "\x01", "\n", "\t", " ",     "*",       "{",     "{page}",      "{{",
      "eur", "EURO", "a/b", "a\\b", ".x", "é",  "zz zz", "#12345g", "empty", "upl_x",       "\x7F",
      -1,    0,      1,     1.5,    2.0,  7,    1e300,   true,      false,   Json::array(), Json::object()};
  const auto number = [&](const char* name) { return node.at(name).get<double>(); };
  const bool whole = node.value("type", Json()) == "integer";
  if (node.contains("minimum"))
    for (const double value :
         {number("minimum"), whole ? number("minimum") - 1 : std::nextafter(number("minimum"), -1e300)})
      values.emplace_back(value);
  if (node.contains("maximum"))
    for (const double value :
         {number("maximum"), whole ? number("maximum") + 1 : std::nextafter(number("maximum"), 1e300)})
      values.emplace_back(value);
  const auto size = [&](const char* name) { return node.at(name).get<std::size_t>(); };
  if (fitting.is_string()) {
    const auto text = fitting.get<std::string>();
    if (node.contains("maxLength"))
      for (const std::size_t length : {size("maxLength"), size("maxLength") + 1})
        values.emplace_back(std::string(length - text.size(), text.front()) + text);
    if (node.contains("minLength")) values.emplace_back(text.substr(0, size("minLength") - 1));
  }
  if (fitting.is_array() && !fitting.empty()) {
    if (node.contains("maxItems")) {
      values.push_back(resized(fitting, size("maxItems")));
      values.push_back(resized(fitting, size("maxItems") + 1));
    }
  }
  if (fitting.is_object() && node.value("additionalProperties", Json(false)).is_object() &&
      node.contains("maxProperties")) {
    Json full = Json::object();
    while (full.size() < size("maxProperties")) full["n" + std::to_string(full.size())] = fitting.front();
    values.push_back(full);
    full["one_more"] = fitting.front();
    values.push_back(full);
  }
  for (const Json& example : node.value("examples", Json::array())) values.push_back(example);
  return values;
}

/// Walks a sample and the schema together.
class Walk {
 public:
  std::set<std::string> met;  ///< pointers of the members of the schema that a sample has

  void sample(const Json& request) {
    request_ = &request;
    REQUIRE(decode(request));
    REQUIRE(schema().misfit(request) == std::nullopt);
    node(request, schema().root(), "", {"", &schema().root()});
  }

 private:
  /// Where a value stands in the request, and the outermost node of the schema for it: of its branches, one is walked.
  struct Place {
    std::string pointer;
    const Json* whole;
  };

  /// `path` is the node's place in the schema.
  void node(const Json& value, const Json& unresolved, std::string path, const Place& place) {
    Json flat = schema().flat(unresolved);
    for (const Json* at = &unresolved; at->contains("$ref"); at = &schema().target(path))
      path = at->at("$ref").get<std::string>();
    if (tried_.insert(path + " " + (unresolved.contains("$ref") ? place_of_rules(unresolved) : "")).second)
      try_all(value, flat, place);
    for (const char* const choice : {"oneOf", "anyOf"}) {
      if (!flat.contains(choice)) continue;
      for (std::size_t i = 0; i < flat.at(choice).size(); ++i) {
        const Json& branch = flat.at(choice)[i];
        if (schema().misfit(branch, value)) continue;
        if (branch.contains("type") || branch.contains("$ref"))
          node(value, branch, path + "/" + choice + "/" + std::to_string(i), place);
      }
    }
    if (value.is_object() && flat.contains("properties")) members(value, flat, path, place);
    if (value.is_object() && flat.value("additionalProperties", Json()).is_object())
      for (const auto& [name, member] : value.items())
        node(member, flat.at("additionalProperties"), path + "/additionalProperties",
             {place.pointer + "/" + name, &flat.at("additionalProperties")});
    if (value.is_array() && flat.contains("items"))
      for (std::size_t i = 0; i < value.size(); ++i)
        node(value[i], flat.at("items"), path + "/items", {place.pointer + "/" + std::to_string(i), &flat.at("items")});
  }

  /// A reference with rules beside it is another node than one without, or with others.
  static std::string place_of_rules(const Json& node) {
    Json rules = node;
    rules.erase("description");
    return rules.dump();
  }

  void members(const Json& object, const Json& flat, const std::string& path, const Place& place) {
    for (const auto& [name, member] : object.items()) {
      if (!flat.at("properties").contains(name)) continue;
      const std::string member_path = path + "/properties/" + name;
      met.insert(member_path.front() == '#' ? member_path : "#" + member_path);
      const Json& rules = flat.at("properties").at(name);
      node(member, rules, member_path, {place.pointer + "/" + name, &rules});
    }
  }

  [[nodiscard]] Json with(const std::string& place, Json value) const {
    Json request = *request_;
    request[Json::json_pointer(place)] = std::move(value);
    return request;
  }

  void try_all(const Json& fitting, const Json& flat, const Place& where) const {
    const std::string& place = where.pointer;
    for (const Json& value : candidates_for(flat, fitting)) {
      // Without rows or an upload, the data comes with a multipart request: the schema cannot tell.
      if (place.empty() || (place == "/data" && value == Json::object())) continue;
      const auto complaints = complaints_of(with(place, value), place);
      const auto misfit = schema().misfit(*where.whole, value);
      INFO(place << " = " << value.dump().substr(0, 200));
      INFO("schema: " << misfit.value_or("fits"));
      INFO("decoder: " << (complaints.empty() ? "fits" : complaints[0].detail));
      CHECK(complaints.empty() == !misfit.has_value());
    }
    if (flat.contains("enum")) check_choices(flat, place);
    if (flat.contains("properties")) {
      check_names(fitting, flat, place);
      check_absence(fitting, where);
    }
    if (flat.contains("default")) check_default(flat, place);
  }

  void check_choices(const Json& flat, const std::string& place) const {
    const auto complaints = complaints_of(with(place, "qqqqqqqqqqqqqqqqqqqqqqqqqqqq"), place);
    INFO(place);
    REQUIRE(complaints.size() == 1);
    CHECK(names_after(complaints[0].detail, "one of") == flat.at("enum").get<std::set<std::string>>());
  }

  /// A member may be left out exactly where the schema says so.
  void check_absence(const Json& fitting, const Place& where) const {
    for (const auto& member : fitting.items()) {
      if (where.pointer == "/data" || member.key() == "data") continue;  // as above
      Json without = fitting;
      without.erase(member.key());
      const Json request = where.pointer.empty() ? without : with(where.pointer, without);
      const auto misfit = schema().misfit(*where.whole, without);
      INFO(where.pointer << " without " << member.key());
      INFO("schema: " << misfit.value_or("fits"));
      CHECK(complaints_of(request, where.pointer).empty() == !misfit.has_value());
    }
  }

  void check_names(const Json& fitting, const Json& flat, const std::string& place) const {
    const std::string unknown = "qqqqqqqqqqqqqqqqqqqqqqqqqqqq";
    Json object = fitting;
    object[unknown] = 1;
    const auto complaints = complaints_of(place.empty() ? object : with(place, object), place + "/" + unknown);
    INFO(place);
    REQUIRE(complaints.size() == 1);
    std::set<std::string> names;
    for (const auto& member : flat.at("properties").items()) names.insert(member.key());
    CHECK(names_after(complaints[0].detail, "Known:") == names);
    CHECK(flat.at("additionalProperties") == false);
  }

  /// What is absent is what the schema says that it is.
  void check_default(const Json& flat, const std::string& place) const {
    Json absent = *request_;
    const Json::json_pointer pointer(place);
    absent[pointer.parent_pointer()].erase(pointer.back());
    const auto with_default = decode(with(place, flat.at("default")));
    const auto without = decode(absent);
    INFO(place);
    REQUIRE(with_default);
    REQUIRE(without);
    CHECK(with_default->render.report == without->render.report);
    CHECK(with_default->options == without->options);
  }

  const Json* request_ = nullptr;
  std::set<std::string> tried_;
};

/// The pointers of all members that a schema names.
void collect_members(const Json& node, const std::string& path, std::set<std::string>& members) {
  if (node.is_array())
    for (std::size_t i = 0; i < node.size(); ++i) collect_members(node[i], path + "/" + std::to_string(i), members);
  if (!node.is_object()) return;
  for (const auto& [name, value] : node.items()) {
    if (name == "properties" && node.contains("additionalProperties"))
      for (const auto& member : value.items()) members.insert(path + "/properties/" + member.key());
    collect_members(value, path + "/" + name, members);
  }
}

}  // namespace

TEST_CASE("schema and decoder agree on every member, its kind, bounds, choices and default", "[schema]") {
  Walk walk;
  for (const Json& request : samples()) walk.sample(request);
  std::set<std::string> members;
  collect_members(schema().root(), "#", members);
  CHECK(members.size() > 100);
  for (const std::string& member : members) {
    INFO(member << " is in no sample");
    CHECK(walk.met.count(member) == 1);
  }
}

TEST_CASE("schema and decoder know the same types of sections", "[schema]") {
  std::set<std::string> types;
  for (const Json& branch : schema().root().at("/$defs/section/oneOf"_json_pointer))
    types.insert(schema().flat(branch).at("/properties/type/const"_json_pointer).get<std::string>());
  const auto refused = codec::decode_request(
      R"({"report":{"title":"T","sections":[{"type":"qqqqqqqqqqqqqqqqqqqqqqqqqqqq"}]},"data":{"rows":[]}})");
  REQUIRE_FALSE(refused);
  CHECK(names_after(refused.error().fields.at(0).detail, "one of") == types);
}

TEST_CASE("schema and decoder agree on what goes with what, as far as the schema says it", "[schema]") {
  const auto column = [](Json members) {
    return Json{{"report", {{"title", "T"}, {"sections", {{{"type", "table"}, {"columns", {std::move(members)}}}}}}},
                {"data", {{"rows", Json::array()}}}};
  };
  const auto chart = [](Json members) {
    members["type"] = "chart";
    return Json{{"report", {{"title", "T"}, {"sections", {std::move(members)}}}}, {"data", {{"rows", Json::array()}}}};
  };
  const Json sum = {{"sum", "a"}};
  const Json values = {{{"label", "a"}, {"value", 1}}};
  const Json series = {{{"values", {1}}}};
  for (const Json& request :
       {column({{"field", "a"}, {"format", "currency"}}), column({{"field", "a"}, {"currency", "EUR"}}),
        column({{"field", "a"}, {"input", "dmy"}}), column({{"field", "a"}, {"date_style", "long"}}),
        column({{"field", "a"}, {"format", "text"}, {"input", "iso"}}), chart(Json::object()), chart({{"x", "a"}}),
        chart({{"y", sum}}), chart({{"labels", {"a"}}}), chart({{"series", series}}),
        chart({{"x", "a"}, {"y", sum}, {"values", values}}), chart({{"values", values}, {"limit", 3}}),
        chart({{"values", values}, {"split_by", "b"}}), chart({{"x", "a"}, {"y", {{"sum", "a"}, {"max", "b"}}}})}) {
    INFO(request.dump());
    CHECK(schema().misfit(request));
    CHECK_FALSE(decode(request));
  }
}

/// Where an example names a file (`@images/logo.png`), whoever sends it puts an upload's id.
void name_uploads(Json& value) {
  if (value.is_string() && value.get<std::string>().substr(0, 1) == "@") value = uploaded.text;
  if (value.is_structured())
    for (Json& member : value) name_uploads(member);
}

TEST_CASE("the examples fit the schema and the decoder", "[schema]") {
  int seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(PLATEN_SOURCE) + "/examples")) {
    if (entry.path().extension() != ".json") continue;
    INFO(entry.path());
    ++seen;
    Json example = json_file("examples/" + entry.path().filename().string());
    name_uploads(example);
    CHECK(schema().misfit(example) == std::nullopt);
    const bool has_rows = example.contains("data") && example["data"].contains("rows");
    const auto decoded = codec::decode_request(example.dump(), has_rows ? std::nullopt : std::optional(uploaded));
    CHECK((decoded ? "" : decoded.error().detail) == "");
  }
  CHECK(seen > 0);
}
