#include "tests/unit/figures/support.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <sstream>
#include <vector>

#include "base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "worker/pdf/form_import.hpp"

namespace platen::test {

namespace {

constexpr std::size_t most_bytes = 64 << 20;

std::string output_of(std::vector<std::string> command) {
  Output output = run(std::move(command));
  INFO(output.err);
  REQUIRE(output.exit_code == 0);
  return output.out;
}

}  // namespace

std::set<std::uint32_t> references_in(std::string_view body) {
  body = body.substr(0, body.find("\nstream\n"));
  std::set<std::uint32_t> numbers;
  for (std::size_t at = body.find(" 0 R"); at != std::string_view::npos; at = body.find(" 0 R", at + 1)) {
    std::size_t begin = at;
    while (begin > 0 && std::isdigit(static_cast<unsigned char>(body[begin - 1])) != 0) --begin;
    numbers.insert(static_cast<std::uint32_t>(std::stoul(std::string(body.substr(begin, at - begin)))));
  }
  return numbers;
}

std::string report_with(const worker::Figure& figure) {
  const std::string contents = "q 1 0 0 1 0 0 cm /F Do Q";
  std::vector<std::string> bodies = {"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                                     fmt::format("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {} {}] /Contents 4 0 R "
                                                 "/Resources << /XObject << /F 5 0 R >> >> >>",
                                                 figure.width_pt, figure.height_pt),
                                     fmt::format("<< /Length {} >>\nstream\n{}\nendstream", contents.size(), contents)};
  const auto form = worker::import_form(figure.pdf, 5);
  if (!form) FAIL(form.error().detail);
  bodies.insert(bodies.end(), form->begin(), form->end());
  std::string pdf = "%PDF-1.5\n";
  std::string table = "0000000000 65535 f \n";
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    table += fmt::format("{:010} 00000 n \n", pdf.size());
    pdf += fmt::format("{} 0 obj\n{}\nendobj\n", i + 1, bodies[i]);
  }
  const std::size_t at = pdf.size();
  pdf += fmt::format("xref\n0 {0}\n{1}trailer\n<< /Size {0} /Root 1 0 R >>\nstartxref\n{2}\n%%EOF\n", bodies.size() + 1,
                     table, at);
  return pdf;
}

std::array<int, 3> Pictured::at(double x, double y) const {
  const auto column = static_cast<std::size_t>(std::clamp(static_cast<int>(x * width), 0, width - 1));
  const auto row = static_cast<std::size_t>(std::clamp(static_cast<int>(y * height), 0, height - 1));
  const std::size_t header = pixels.size() - 3 * static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  const std::size_t place = header + 3 * (row * static_cast<std::size_t>(width) + column);
  std::array<int, 3> colour{};
  for (std::size_t i = 0; i < 3; ++i) colour[i] = static_cast<unsigned char>(pixels.at(place + i));
  return colour;
}

Pictured pictured(const TempDir& folder, const std::string& name, std::string_view pdf, int dpi) {
  const std::string path = folder / (name + ".pdf");
  REQUIRE(write_file(path, pdf, 0600));
  const Output checked = run({"qpdf", "--check", path});
  Pictured seen;
  const bool clean = checked.exit_code == 0 && checked.out.find("WARNING") == std::string::npos && checked.err.empty();
  if (!clean) seen.faults = checked.out + checked.err;
  seen.text = output_of({"pdftotext", path, "-"});
  seen.pixels = output_of({"pdftoppm", "-r", std::to_string(dpi), path});
  std::istringstream header(seen.pixels.substr(0, 32));
  std::string magic;
  header >> magic >> seen.width >> seen.height;
  REQUIRE(magic == "P6");
  return seen;
}

}  // namespace platen::test
