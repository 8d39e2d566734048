// Requests of which one part is given, and how they are refused.
#pragma once

#include <string>

#include "codec/submission_json.hpp"
#include "tests/support/catch.hpp"

namespace platen::test {

inline const std::string upload = "upl_01arz3ndektsv4rrffq69g5fav";

inline std::string with_report(const std::string& members) {
  return R"({"report":{"title":"T",)" + members + R"(},"data":{"rows":[]}})";
}

inline std::string with_section(const std::string& members) { return with_report(R"("sections":[{)" + members + "}]"); }

inline std::string with_table(const std::string& members) { return with_section(R"("type":"table",)" + members); }

/// One column, whose members are given.
inline std::string with_column(const std::string& members) { return with_table(R"("columns":[{)" + members + "}]"); }

inline std::string with_chart(const std::string& members) { return with_section(R"("type":"chart",)" + members); }

inline std::string with_options(const std::string& members) {
  return R"({"report":{"title":"T"},"data":{"rows":[]},"options":{)" + members + "}}";
}

inline std::string with_data(const std::string& members) {
  return R"({"report":{"title":"T"},"data":{)" + members + "}}";
}

/// The report of a request that is taken.
inline ReportSpec report_of(const std::string& body) {
  INFO(body);
  const auto request = codec::decode_request(body);
  if (!request) FAIL(request.error().detail);
  // What the worker gets is what was checked.
  REQUIRE(codec::decode_spec(request->spec));
  return codec::decode_spec(request->spec)->report;
}

/// The only section of such a report.
template <class Kind>
Kind section_of(const std::string& body) {
  return std::get<Kind>(report_of(body).sections.at(0));
}

inline Column column_of(const std::string& members) {
  return section_of<TableSection>(with_column(members)).columns.at(0);
}

inline void check_misfit(const std::string& body, const std::string& pointer, const std::string& detail) {
  INFO(body);
  const auto request = codec::decode_request(body);
  REQUIRE(!request);
  CHECK(request.error().code == Errc::invalid_report);
  REQUIRE(!request.error().fields.empty());
  INFO(request.error().detail);
  CHECK(request.error().fields.size() == 1);
  CHECK(request.error().fields[0].pointer == pointer);
  CHECK_THAT(request.error().fields[0].detail, has_text(detail));
}

}  // namespace platen::test
