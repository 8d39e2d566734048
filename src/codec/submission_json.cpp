#include "codec/submission_json.hpp"

#include <fmt/format.h>

#include <array>

#include "codec/body_reader.hpp"
#include "codec/fields.hpp"
#include "codec/report_check.hpp"
#include "platen/renderer.hpp"

namespace platen::codec {

namespace {

constexpr std::array<std::pair<std::string_view, DataFormat>, 2> data_formats{
    {{"csv", DataFormat::csv}, {"ndjson", DataFormat::ndjson}}};
constexpr std::array<std::pair<std::string_view, Encoding>, 4> encodings{{{"utf-8", Encoding::utf8},
                                                                          {"utf-16le", Encoding::utf16le},
                                                                          {"utf-16be", Encoding::utf16be},
                                                                          {"windows-1252", Encoding::windows1252}}};
constexpr std::array<std::pair<std::string_view, char>, 2> decimal_marks{{{".", '.'}, {",", ','}}};
/// Of a job's request, once the job has succeeded, was canceled or has expired: Redis has all of them in memory.
constexpr std::size_t most_kept_bytes = std::size_t{64} * 1024;
constexpr std::size_t most_kept_row_bytes = std::size_t{4} * 1024;
constexpr TextRule one_character{.least = 1, .most = 1, .lines = TextRule::Lines::many};  // a tab is one

std::optional<char> check_delimiter(Fields& fields) {
  const auto text = fields.take_text("delimiter", one_character);
  if (!text) return std::nullopt;
  const char c = (*text)[0];
  const bool ascii = text->size() == 1;
  if (ascii && c != '"' && c != '\n' && c != '\r') return c;
  fields.complain("delimiter", "This must be one ASCII character such as ',', ';' or a tab, and no quote.");
  return std::nullopt;
}

/// Exactly one source of data, and nothing that belongs to another kind of source.
void check_source(const DataSpec& data, Fields& fields, const std::optional<UploadId>& uploaded) {
  const bool has_rows = fields.has("rows");
  if (uploaded && (has_rows || fields.has("upload")))
    fields.complain(has_rows ? "rows" : "upload", "The data came with the request already, in the part 'data'.");
  else if (has_rows && fields.has("upload"))
    fields.complain("upload", "Give either 'rows' or 'upload', not both.");
  else if (!uploaded && !has_rows && !fields.has("upload"))
    fields.problems().add("/data", "The data is missing: give 'rows' or 'upload', or send the part 'data'.");
  if (has_rows) {
    for (const char* const name : {"format", "delimiter", "encoding", "decimal"})
      if (fields.has(name)) fields.complain(name, "This goes only with an upload; 'rows' need no such hint.");
  }
  if (data.format == DataFormat::ndjson && data.delimiter) fields.complain("delimiter", "This goes only with CSV.");
}

DataSpec check_data(const Json& value, Body& body, const std::optional<UploadId>& uploaded, Problems& problems) {
  Fields fields(value, "/data", problems);
  DataSpec data;
  data.format = fields.take_choice<DataFormat>("format", data_formats);
  data.delimiter = check_delimiter(fields);
  data.encoding = fields.take_choice<Encoding>("encoding", encodings);
  data.decimal = fields.take_choice<char>("decimal", decimal_marks);
  if (const auto upload = fields.take_text("upload", {})) {
    data.upload = upload;
    if (!parse_upload_id(*upload)) fields.complain("upload", "This is no upload's id; those look like 'upl_…'.");
  }
  if (uploaded) data.upload = uploaded->text;
  if (const Json* const rows = fields.take("rows"); rows != nullptr && !rows->is_array())
    fields.complain("rows", fmt::format("This must be an array of objects, not {}.", kind_name(*rows)));
  if (body.rows) data.rows = std::move(*body.rows);
  if (value.is_object()) check_source(data, fields, uploaded);
  fields.finish();
  return data;
}

/// Report and data with sorted names and without options. The rows are put in as they are: they are no tree.
std::string canonical_spec(Json root, const DataSpec& data) {
  Json& source = root["data"];
  if (source.is_null()) source = Json::object();
  source.erase("rows");
  if (data.upload) source["upload"] = *data.upload;
  std::string text = R"({"data":)";
  text += dump(source);
  if (!data.rows.empty()) {
    text.pop_back();
    text += source.empty() ? R"("rows":)" : R"(,"rows":)";
    text += data.rows;
    text += '}';
  }
  text += R"(,"report":)";
  text += dump(root["report"]);
  text += '}';
  return text;
}

/// A client's body may have options and is to be put into canonical form; a spec has none and is it already.
enum class Options { allowed, unknown };

Result<Request> read_request(std::string_view text, const std::optional<UploadId>& uploaded, Options options) {
  Problems problems;
  auto body = read_body(text, problems);
  if (!body) return fail(body.error());
  Fields fields(body->root, "", problems);
  Request request;
  const bool is_object = body->root.is_object();
  if (const Json* const report = fields.take("report")) request.render.report = check_report(*report, problems);
  if (is_object) fields.require("report", "what the report looks like, at least {\"title\": …}");
  request.images = images_of(request.render.report);
  if (request.images.size() > most_images)
    problems.add(request.images[most_images].pointer,
                 fmt::format("The report shows {} different images; at most {} are allowed.", request.images.size(),
                             most_images));
  static const Json no_data = Json::object();
  const Json* const data = fields.take("data");
  if (is_object) request.render.data = check_data(data == nullptr ? no_data : *data, *body, uploaded, problems);
  if (options == Options::allowed) {
    if (const Json* const chosen = fields.take("options")) request.options = check_options(*chosen, problems);
  }
  fields.finish();
  if (!problems.empty()) return fail(problems.error());
  if (request.options.filename.empty()) request.options.filename = filename_of(request.render.report.title);
  if (options == Options::allowed) {
    request.chosen_options = dump(body->root["options"]);
    request.spec = canonical_spec(std::move(body->root), request.render.data);
    const DocumentSpec& document = request.render.report.document;
    request.spec_is_passing = request.spec.size() > most_kept_bytes ||
                              request.render.data.rows.size() > most_kept_row_bytes || !document.password.empty() ||
                              !document.owner_password.empty();
  }
  return request;
}

}  // namespace

Result<Request> decode_request(std::string_view body, const std::optional<UploadId>& uploaded) {
  return read_request(body, uploaded, Options::allowed);
}

Result<RenderSpec> decode_spec(std::string_view spec) {
  return read_request(spec, {}, Options::unknown).map([](Request request) { return std::move(request.render); });
}

}  // namespace platen::codec
