// What every page has around its body: header, footer, watermark.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "platen/report.hpp"
#include "platen/time.hpp"
#include "worker/draw/scan.hpp"
#include "worker/draw/sheet.hpp"

namespace platen::worker {

/// A logo as pages draw it. Units: points.
struct Logo {
  std::string resource;
  double natural_width = 0;
  double natural_height = 0;
};

/// Immutable once made: threads may share it. Borrows: the setting.
class PageFurniture {
 public:
  struct Options {
    TimePoint created_at;
    std::uint64_t pages = 0;
    std::optional<Logo> header_logo;
    std::optional<Logo> footer_logo;
    std::string watermark;  ///< the resource of its form; empty: none
  };
  PageFurniture(const Setting& setting, Options options);

  /// What lies below the page's text.
  void draw_below(Sheet& sheet) const;
  /// Header and footer of a page, counted from 0.
  void draw_lines(Sheet& sheet, std::uint64_t page) const;

 private:
  void draw_line(Sheet& sheet, const PageLine& line, const std::optional<Logo>& logo, double baseline,
                 std::uint64_t page) const;

  const Setting& setting_;
  Options options_;
  std::string date_;
  std::string time_;
  PageLine footer_;
};

}  // namespace platen::worker
