#include "worker/draw/report_data.hpp"

#include <utility>

#include "codec/row_json.hpp"

namespace platen::worker {

namespace {

Result<Input> input_of(const RenderSpec& spec, const Fd* file) {
  if (file != nullptr) return Input::map(*file);
  auto lines = codec::rows_to_ndjson(spec.data.rows.empty() ? "[]" : spec.data.rows);
  if (!lines) return fail(std::move(lines).error());
  return Input::hold(*std::move(lines));
}

}  // namespace

Result<ReportData> ReportData::open(const RenderSpec& spec, const Fd* file) {
  auto opened = input_of(spec, file);
  if (!opened) return fail(std::move(opened).error());
  auto input = std::make_unique<Input>(*std::move(opened));
  Dialect dialect{DataFormat::ndjson, Encoding::utf8};
  if (file != nullptr) {
    auto detected = detect_dialect(input->bytes(), spec.data);
    if (!detected) return fail(std::move(detected).error());
    dialect = *detected;
  }
  return ReportData(std::move(input), dialect, spec.report.on_bad_row);
}

Result<std::unique_ptr<RowSource>> ReportData::source(std::vector<std::string> columns) const {
  return open_rows(input_->bytes(), dialect_, {on_bad_row_, std::move(columns)});
}

double ReportData::fraction_before(const Position& position) const noexcept {
  const std::size_t all = input_->bytes().size();
  return all == 0 ? 1 : static_cast<double>(position.offset) / static_cast<double>(all);
}

}  // namespace platen::worker
