// Puts drawn pages together into a PDF.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "base/fd.hpp"
#include "platen/error.hpp"
#include "worker/draw/document.hpp"
#include "worker/draw/painter.hpp"
#include "worker/pdf/deflate.hpp"
#include "worker/pdf/font_use.hpp"
#include "worker/pdf/object_writer.hpp"
#include "worker/pdf/page_tree.hpp"
#include "worker/pdf/structure.hpp"

namespace platen::worker {

/// The graphics state of the pages' resources in which colours multiply what they are drawn on.
inline constexpr std::string_view multiply_resource = "Multiply";

/// Takes parts in order and writes their pages as they come; fonts, figures, outline and the rest follow at the end.
/// So the bytes depend on the pages alone, and not on how many threads drew them.
/// Borrows: all that it is given. Threads: one. Memory: one part's, and what the whole document has of outline, links
/// and glyphs.
class Press {
 public:
  Press(const Document& document, const Material& material, Fonts& fonts, const Fd& output,
        pdf::ObjectWriter::OnWrite on_write);

  [[nodiscard]] Result<void> take(DrawnPart part);
  /// A form of text that pages draw: the watermark.
  void add_form(std::string resource, std::string entries, std::string content, const pdf::FontUse& fonts);
  [[nodiscard]] Result<void> finish();
  [[nodiscard]] std::uint64_t missing_glyphs() const noexcept { return missing_; }

 private:
  struct TextForm {
    std::string resource;
    std::string entries;
    std::string content;
  };
  [[nodiscard]] Result<void> take_page(DrawnPage page);
  [[nodiscard]] Result<std::string> write_links(const std::vector<Link>& links);
  [[nodiscard]] Result<std::string> write_fonts();
  [[nodiscard]] Result<std::string> write_forms();
  [[nodiscard]] Result<void> write_figure(const Figure& figure, std::string_view resource, std::string& resources);
  [[nodiscard]] Result<void> write_text_form(const TextForm& form, std::string& resources);
  [[nodiscard]] Result<pdf::ObjectNumber> write_outline();
  [[nodiscard]] Result<std::string> write_attachment();
  [[nodiscard]] Result<pdf::ObjectNumber> write_information();
  [[nodiscard]] Result<pdf::ObjectNumber> write_metadata();
  [[nodiscard]] Result<pdf::ObjectNumber> write_catalog();
  [[nodiscard]] Result<pdf::ObjectNumber> write_deflated(std::string entries, std::string_view bytes);
  [[nodiscard]] const ReportSpec& report() const noexcept { return material_.spec.report; }

  const Document& document_;
  const Material& material_;
  Fonts& fonts_of_process_;
  pdf::ObjectWriter writer_;
  pdf::Deflater deflater_;
  pdf::PageTree pages_;
  pdf::ObjectNumber resources_;
  std::optional<pdf::Structure> structure_;
  pdf::FontUse fonts_;
  std::map<std::string, DrawnGlyph> glyphs_;  ///< by resource name
  std::vector<TextForm> text_forms_;
  std::uint64_t next_page_ = 0;
  std::uint64_t missing_ = 0;
};

}  // namespace platen::worker
