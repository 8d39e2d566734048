// libharu, each cell a text. Usage: libharu IN.csv OUT.pdf
#include <hpdf.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace {

constexpr float width = 841.89F, height = 595.28F, margin = 36, row_height = 12, labels_height = 14, title_height = 40;
constexpr std::size_t columns = 8;
constexpr std::array<float, columns> widths{64, 60, 150, 90, 190, 52, 72, 91};
constexpr std::array<bool, columns> right{true, false, false, false, false, true, true, true};

using Cells = std::array<std::string, columns>;

void give_up(HPDF_STATUS error, HPDF_STATUS detail, void*) {
  std::fprintf(stderr, "libharu: error %lx, %lu\n", error, detail);
  std::exit(1);
}

void show(HPDF_Page page, float x, float y, const std::string& text) {
  HPDF_Page_BeginText(page);
  HPDF_Page_TextOut(page, x, y, text.c_str());
  HPDF_Page_EndText(page);
}

void show_cells(HPDF_Page page, const Cells& cells, float baseline) {
  float x = margin;
  for (std::size_t i = 0; i < columns; ++i) {
    const float at = right[i] ? x + widths[i] - 3 - HPDF_Page_TextWidth(page, cells[i].c_str()) : x + 3;
    show(page, at, baseline, cells[i]);
    x += widths[i];
  }
}

std::vector<Cells> read(const char* path) {
  std::vector<Cells> rows;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    Cells& cells = rows.emplace_back();
    std::size_t begin = 0;
    for (std::string& cell : cells) {
      const std::size_t end = line.find(',', begin);
      cell = line.substr(begin, end - begin);
      begin = end + 1;
    }
  }
  return rows;
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return 2;
  const std::vector<Cells> rows = read(words[1]);  // the first are the labels
  HPDF_Doc doc = HPDF_New(give_up, nullptr);
  HPDF_SetCompressionMode(doc, HPDF_COMP_ALL);
  HPDF_UseUTFEncodings(doc);
  HPDF_SetPagesConfiguration(doc, 256);
  HPDF_SetInfoAttr(doc, HPDF_INFO_TITLE, "Orders report");
  const std::string dejavu = "/usr/share/fonts/truetype/dejavu/DejaVuSans";
  HPDF_Font text = HPDF_GetFont(doc, HPDF_LoadTTFontFromFile(doc, (dejavu + ".ttf").c_str(), HPDF_TRUE), "UTF-8");
  HPDF_Font bold = HPDF_GetFont(doc, HPDF_LoadTTFontFromFile(doc, (dejavu + "-Bold.ttf").c_str(), HPDF_TRUE), "UTF-8");
  const float room = height - 2 * margin - labels_height - 16;
  const auto first = static_cast<std::size_t>((room - title_height) / row_height);
  const auto later = static_cast<std::size_t>(room / row_height);
  const std::size_t all = rows.size() - 1;
  const std::size_t pages = 1 + (all > first ? (all - first + later - 1) / later : 0);
  for (std::size_t index = 0, begin = 0; index < pages; ++index) {
    HPDF_Page page = HPDF_AddPage(doc);
    HPDF_Page_SetWidth(page, width);
    HPDF_Page_SetHeight(page, height);
    float y = height - margin;
    if (index == 0) {
      HPDF_Page_SetFontAndSize(page, bold, 18);
      show(page, margin, y - 18, "Orders report");
      y -= title_height;
    }
    const std::size_t shown = std::min(all - begin, index == 0 ? first : later);
    HPDF_Page_SetRGBFill(page, .2F, .3F, .45F);
    HPDF_Page_Rectangle(page, margin, y - labels_height, width - 2 * margin, labels_height);
    HPDF_Page_Fill(page);
    y -= labels_height;
    HPDF_Page_SetRGBFill(page, .93F, .94F, .96F);
    for (std::size_t i = 0; i < shown; ++i)
      if ((begin + i) % 2 == 1)
        HPDF_Page_Rectangle(page, margin, y - static_cast<float>(i + 1) * row_height, width - 2 * margin, row_height);
    HPDF_Page_Fill(page);
    HPDF_Page_SetRGBFill(page, 1, 1, 1);
    HPDF_Page_SetFontAndSize(page, bold, 8);
    show_cells(page, rows.front(), y + 4);
    HPDF_Page_SetRGBFill(page, 0, 0, 0);
    HPDF_Page_SetFontAndSize(page, text, 8);
    for (std::size_t i = 0; i < shown; ++i)
      show_cells(page, rows[1 + begin + i], y - static_cast<float>(i) * row_height - 9);
    const std::string number = "Page " + std::to_string(index + 1) + " of " + std::to_string(pages);
    show(page, width - margin - HPDF_Page_TextWidth(page, number.c_str()), margin + 2, number);
    begin += shown;
  }
  HPDF_SaveToFile(doc, words[2]);
  HPDF_Free(doc);
  return 0;
}
