// The files of web/ and the schema of a report, compiled in: what a path names is never looked for on a disk.
#pragma once

#include <string_view>

namespace platen::http::web {

extern const std::string_view index_html;
extern const std::string_view platen_css;
extern const std::string_view platen_js;
extern const std::string_view report_schema_json;

}  // namespace platen::http::web
