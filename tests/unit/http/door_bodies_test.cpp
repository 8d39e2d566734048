#include "http/body_reader.hpp"
#include "http/media_type.hpp"
#include "http/multipart_reader.hpp"
#include "http/range.hpp"
#include "tests/support/catch.hpp"

using namespace platen;
using namespace platen::http;

namespace {

struct Decoded {
  std::string body;
  std::size_t consumed = 0;
  int refused = 0;
  bool done = false;
};

Decoded decode(const std::string& text, std::size_t step) {
  Decoded decoded;
  ChunkedDecoder decoder;
  for (std::size_t start = 0; start < text.size() && !decoder.done(); start += step) {
    std::string_view input = std::string_view(text).substr(start, step);
    while (!input.empty() && !decoder.done()) {
      const auto piece = decoder.next(input);
      if (!piece) {
        decoded.refused = piece.error().status;
        return decoded;
      }
      decoded.body += piece->data;
      decoded.consumed += piece->consumed;
      input.remove_prefix(piece->consumed);
    }
  }
  decoded.done = decoder.done();
  return decoded;
}

/// Writes down what it is told.
struct Record final : PartSink {
  std::string text;
  Result<void> on_part(const Part& part) override {
    text += "<" + part.name + "|" + part.filename + "|" + part.content_type + ">";
    return {};
  }
  Result<void> on_data(std::string_view data) override {
    text += data;
    return {};
  }
  Result<void> on_part_end() override {
    text += "</>";
    return {};
  }
};

std::string read_form(const std::string& body, std::size_t step, const std::string& boundary = "B") {
  Record record;
  MultipartReader reader(boundary, record);
  for (std::size_t start = 0; start < body.size(); start += step)
    if (auto fed = reader.feed(std::string_view(body).substr(start, step)); !fed) return fed.error().detail;
  if (auto whole = reader.finish(); !whole) return whole.error().detail;
  return record.text;
}

}  // namespace

TEST_CASE("chunks come out joined, whatever pieces they come in", "[http]") {
  const std::string text = "5\r\nhello\r\n006;a=\"b;c\"\r\n world\r\n1 \r\n";
  const std::string good = "5\r\nhello\r\n006;a=\"b;c\"\r\n world\r\nA\r\n0123456789\r\n0\r\nX: y\r\nZ:\r\n\r\n";
  for (std::size_t step = 1; step <= good.size(); ++step) {
    CAPTURE(step);
    const Decoded decoded = decode(good + "next", step);
    CHECK(decoded.done);
    CHECK(decoded.body == "hello world0123456789");
    CHECK(decoded.consumed == good.size());
  }
  CHECK(decode(text, 100).refused == 400);  // a space after the size
}

TEST_CASE("chunks that are not well-formed, or wrapped in too much, are refused", "[http]") {
  for (const std::string& bad :
       {std::string("\r\n"), std::string("g\r\n"), std::string("-1\r\n"), std::string("1\n"), std::string("1\rx"),
        std::string("1\r\nab"), std::string("1\r\na\rx"), std::string("0x1\r\n"), "1;" + std::string(300, 'a'),
        std::string(16, '1'), std::string("0\r\nX\n"), std::string("0\r\nX\rY")}) {
    CAPTURE(bad);
    CHECK(decode(bad, 1).refused == 400);
    CHECK(decode(bad, bad.size()).refused == 400);
  }
  CHECK(decode("0\r\nX: " + std::string(9000, 'a'), 100).refused == 431);
}

TEST_CASE("a form's parts come out the same, whatever pieces they come in", "[http]") {
  const std::string body =
      "preamble\r\n--Bx\r\n--B \t\r\nContent-Disposition: form-data; name=job\r\n\r\n{}\r\n"
      "--B\r\ncontent-type: text/csv; a=b\r\nContent-Disposition: form-data; name=\"da\\\"ta\"; "
      "filename=\"C:\\x;y.csv\"\r\n\r\n1\r\n--\r\n--b\r\n--Bo\r\n\r\r\n--B\r\nContent-Disposition: form-data; "
      "name=e\r\n\r\n"
      "\r\n--B--\r\nepilogue\r\n--B\r\n";
  const std::string parts = "<job||>{}</><da\"ta|C:\\x;y.csv|text/csv; a=b>1\r\n--\r\n--b\r\n--Bo\r\n\r</><e||></>";
  for (std::size_t step = 1; step <= body.size(); ++step) {
    CAPTURE(step);
    CHECK(read_form(body, step) == parts);
  }
}

TEST_CASE("what is no form is refused with the reason", "[http]") {
  CHECK(read_form("", 1) == "The multipart body ends before its last boundary.");
  CHECK(read_form("--B\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n", 7).find("last boundary") !=
        std::string::npos);
  CHECK(read_form("--B\r\n\r\n1\r\n--B--", 3).find("no name") != std::string::npos);
  CHECK(read_form("--B\r\nX\r\n\r\n1\r\n--B--", 3).find("no colon") != std::string::npos);
  CHECK(read_form("--B\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--B--", 3).find("not form-data") !=
        std::string::npos);
  CHECK(read_form("--B\r\nX: " + std::string(9000, 'a'), 100).find("larger") != std::string::npos);
}

TEST_CASE("a boundary is found quoted or not, among other parameters", "[http]") {
  CHECK(boundary_of("multipart/form-data; boundary=abc").value() == "abc");
  CHECK(boundary_of("multipart/form-data;charset=utf-8 ; Boundary=\"a b;c\"; x=y").value() == "a b;c");
  for (const char* bad : {"multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"a",
                          "multipart/form-data; boundary=\"a \"", "multipart/form-data; =a"}) {
    CAPTURE(bad);
    CHECK_FALSE(boundary_of(bad).has_value());
  }
  CHECK_FALSE(boundary_of("multipart/form-data; boundary=" + std::string(71, 'a')).has_value());
}

TEST_CASE("a range is read against what there is", "[http]") {
  const auto part = [](std::string_view field) {
    const RangeAnswer answer = resolve_range(field, 100);
    return answer.verdict == RangeVerdict::part ? answer.range : ByteRange{};
  };
  CHECK(part("bytes=0-0") == ByteRange{0, 1});
  CHECK(part("Bytes=10-") == ByteRange{10, 90});
  CHECK(part("bytes=10-1000") == ByteRange{10, 90});
  CHECK(part("bytes=-1") == ByteRange{99, 1});
  CHECK(part("bytes=-1000") == ByteRange{0, 100});
  for (const char* none : {"bytes=100-", "bytes=-0", "bytes=18446744073709551614-"}) {
    CAPTURE(none);
    CHECK((resolve_range(none, 100).verdict == RangeVerdict::unsatisfiable));
  }
  for (const char* ignored : {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "bytes=0-1,2-3", "rows=0-1",
                              "bytes=0-99999999999999999999", "bytes= 1 - 2"}) {
    CAPTURE(ignored);
    CHECK((resolve_range(ignored, 100).verdict == RangeVerdict::whole));
  }
  CHECK((resolve_range("bytes=0-", 0).verdict == RangeVerdict::unsatisfiable));
}
