// The report and data parts of a request, checked. Private to codec.
#pragma once

#include "codec/json.hpp"
#include "codec/problems.hpp"
#include "platen/ids.hpp"
#include "platen/job.hpp"
#include "platen/report.hpp"

namespace platen::codec {

/// What is absent has its default; what does not fit is told to `problems`, and the value is then of no use.
[[nodiscard]] ReportSpec check_report(const Json& report, Problems& problems);

/// A file name made of a checked title.
[[nodiscard]] std::string filename_of(std::string_view title);

[[nodiscard]] JobOptions check_options(const Json& options, Problems& problems);

}  // namespace platen::codec
