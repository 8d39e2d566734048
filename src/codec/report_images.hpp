// The uploads that a report shows.
#pragma once

#include <string>
#include <vector>

#include "platen/ids.hpp"
#include "platen/report.hpp"

namespace platen::codec {

/// An upload that a report shows, and the place in the request where it is named first.
struct ReportImage {
  UploadId upload;
  std::string pointer;
};

/// Each once: logos first, then in the order of the sections. Pure. Threads: any.
[[nodiscard]] std::vector<ReportImage> images_of(const ReportSpec& report);

}  // namespace platen::codec
