// What every refusal has in common, whoever refuses.
#pragma once

#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/raw_http.hpp"

namespace platen::test {

/// The words by which a library or the compiler's runtime would be recognised in an answer.
inline std::string library_words_in(const std::string& text) {
  for (const char* word : {"json.exception", "nlohmann", "httplib", "parse error at", "std::", "basic_string", "regex",
                           "terminate", "libstdc++", "errno", "hiredis", "/proc/", ".cpp"})
    if (text.find(word) != std::string::npos) return word;
  return {};
}

/// A problem document with that status, which names the request and nothing of what we are made of.
inline void check_problem(const RawAnswer& answer, int status) {
  CAPTURE(answer.body);
  CHECK(answer.status == status);
  CHECK(answer.header("content-type") == "application/problem+json");
  CHECK(answer.body.find("\"status\":" + std::to_string(status)) != std::string::npos);
  CHECK(answer.body.find("\"request_id\":\"" + answer.header("x-request-id") + "\"") != std::string::npos);
  CHECK_FALSE(answer.header("x-request-id").empty());
  CHECK_FALSE(answer.header("date").empty());
  CHECK(library_words_in(answer.body).empty());
  for (const auto& [name, value] : answer.headers) {
    CAPTURE(name, value);
    CHECK(library_words_in(value).empty());
    CHECK(name != "server");
  }
}

}  // namespace platen::test
