// The files of web/, compiled in: what a path names is never looked for on a disk.
#pragma once

#include <string_view>

namespace platen::http::web {

extern const std::string_view index_html;
extern const std::string_view platen_css;
extern const std::string_view platen_js;

}  // namespace platen::http::web
