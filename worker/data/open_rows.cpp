#include "worker/data/open_rows.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "worker/data/csv_source.hpp"
#include "worker/data/csv_tokenizer.hpp"
#include "worker/data/ndjson_source.hpp"
#include "worker/data/text_reader.hpp"
#include "worker/data/utf8.hpp"

namespace platen::worker {

namespace {

/// How much of the data is looked at: of its bytes for UTF-16 and for what is not ASCII, of its text for the rest.
constexpr std::size_t sample_bytes = 64 * 1024;
constexpr std::size_t sample_records = 100;
/// The first of equals wins.
constexpr std::array<char, 4> delimiters = {',', ';', '\t', '|'};

/// UTF-16 without a byte order mark: most of the text's characters, delimiters at least, have a NUL as one half.
std::optional<Encoding> utf16_by_nuls(std::string_view sample) noexcept {
  std::size_t nuls[2] = {0, 0};
  for (std::size_t index = 0; index < sample.size(); ++index) nuls[index % 2] += sample[index] == '\0' ? 1 : 0;
  const std::size_t enough = sample.size() / 16 + 1;  // one character in eight
  if (nuls[1] >= enough && nuls[0] < nuls[1] / 8 + 1) return Encoding::utf16le;
  if (nuls[0] >= enough && nuls[1] < nuls[0] / 8 + 1) return Encoding::utf16be;
  return std::nullopt;
}

/// Whether the sequences that are not ASCII are mostly UTF-8. Where `more` follows, the sample may cut the last one.
bool is_mostly_utf8(std::string_view sample, std::string_view more) noexcept {
  std::size_t valid = 0;
  std::size_t invalid = 0;
  while (!sample.empty()) {
    const Utf8Sequence sequence = utf8_sequence(sample);
    const bool cut = !sequence.valid && sequence.bytes == sample.size() && !more.empty();
    if (!sequence.valid && !cut) ++invalid;
    if (sequence.valid && sequence.bytes > 1) ++valid;
    sample.remove_prefix(sequence.bytes);
  }
  return valid >= invalid;
}

Encoding detect_encoding(std::string_view bytes) noexcept {
  for (const Encoding encoding : {Encoding::utf8, Encoding::utf16le, Encoding::utf16be})
    if (byte_order_mark(bytes, encoding) > 0) return encoding;
  if (const auto utf16 = utf16_by_nuls(bytes.substr(0, sample_bytes))) return *utf16;
  const auto first = std::find_if(bytes.begin(), bytes.end(), [](char byte) { return (byte & 0x80) != 0; });
  const auto begin = static_cast<std::size_t>(first - bytes.begin());
  const std::string_view sample = bytes.substr(begin, sample_bytes);
  const std::string_view more = bytes.substr(begin + sample.size());
  return is_mostly_utf8(sample, more) ? Encoding::utf8 : Encoding::windows1252;
}

/// How evenly a delimiter cuts the sample: records with as many fields as the first one, and how many that are.
struct Evenness {
  double share = 0;
  std::size_t fields = 0;
};

Evenness evenness_of(char delimiter, std::string_view sample, bool complete) {
  CsvTokenizer tokenizer(delimiter);
  Evenness result;
  std::size_t records = 0;
  std::size_t even = 0;
  for (; records < sample_records; sample.remove_prefix(tokenizer.bytes())) {
    const CsvOutcome outcome = tokenizer.read(sample, complete);
    if (outcome == CsvOutcome::blank) continue;
    if (outcome != CsvOutcome::record && outcome != CsvOutcome::stray_text) break;
    const std::size_t fields = tokenizer.fields().size();
    if (records == 0) result.fields = fields;
    ++records;
    even += outcome == CsvOutcome::record && fields == result.fields ? 1 : 0;
  }
  if (records > 0) result.share = static_cast<double>(even) / static_cast<double>(records);
  return result;
}

char detect_delimiter(std::string_view sample, bool complete) {
  char best = delimiters.front();
  Evenness most;
  for (const char delimiter : delimiters) {
    const Evenness evenness = evenness_of(delimiter, sample, complete);
    if (evenness.fields < 2) continue;
    if (std::pair(evenness.share, evenness.fields) <= std::pair(most.share, most.fields)) continue;
    most = evenness;
    best = delimiter;
  }
  return best;
}

/// The first characters that are not white space, at most two.
std::string beginning_of(std::string_view text) {
  std::string beginning;
  for (const char character : text) {
    if (character == ' ' || character == '\t' || character == '\r' || character == '\n') continue;
    beginning.push_back(character);
    if (beginning.size() == 2) break;
  }
  return beginning;
}

}  // namespace

Result<Dialect> detect_dialect(std::string_view bytes, const DataSpec& spec) {
  Dialect dialect;
  dialect.encoding = spec.encoding ? *spec.encoding : detect_encoding(bytes);
  TextReader reader(bytes, dialect.encoding);
  if (!reader.complete()) reader.extend();
  const std::string_view sample = reader.window().substr(0, sample_bytes);
  const bool complete = reader.complete() && sample.size() == reader.window().size();
  const std::string beginning = beginning_of(sample);
  if (spec.format != DataFormat::csv && (beginning == "[{" || beginning == "[]"))
    return fail(Errc::bad_data,
                "The data is one JSON array. Send NDJSON, one object a line, or put the array into the request as "
                "'rows'.");
  const DataFormat likely = beginning.substr(0, 1) == "{" ? DataFormat::ndjson : DataFormat::csv;
  dialect.format = spec.format.value_or(likely);
  if (dialect.format == DataFormat::csv)
    dialect.delimiter = spec.delimiter ? *spec.delimiter : detect_delimiter(sample, complete);
  return dialect;
}

char likely_decimal_mark(const Dialect& dialect) noexcept {
  return dialect.format == DataFormat::csv && dialect.delimiter == ';' ? ',' : '.';
}

Result<std::unique_ptr<RowSource>> open_rows(std::string_view bytes, const Dialect& dialect, OpenOptions options) {
  if (dialect.format == DataFormat::ndjson)
    return std::make_unique<NdjsonSource>(bytes, dialect.encoding, std::move(options));
  auto source = CsvSource::open(bytes, dialect, options.on_bad_row);
  if (!source) return fail(source.error());
  return std::unique_ptr<RowSource>(std::move(*source));
}

}  // namespace platen::worker
