#include "codec/report_images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace platen::codec {

std::vector<ReportImage> images_of(const ReportSpec& report) {
  std::vector<ReportImage> images;
  const auto add = [&](const std::string& upload, std::string pointer) {
    auto id = parse_upload_id(upload);
    if (!id) return;
    const auto is_same = [&](const ReportImage& image) { return image.upload == *id; };
    if (std::find_if(images.begin(), images.end(), is_same) == images.end())
      images.push_back({*std::move(id), std::move(pointer)});
  };
  if (report.header) add(report.header->logo, "/report/header/logo");
  if (report.footer) add(report.footer->logo, "/report/footer/logo");
  for (std::size_t i = 0; i < report.sections.size(); ++i)
    if (const auto* const image = std::get_if<ImageSection>(&report.sections[i]))
      add(image->upload, fmt::format("/report/sections/{}/upload", i));
  return images;
}

}  // namespace platen::codec
