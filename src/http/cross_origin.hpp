// Pages of other origins that may call from a browser (Fetch standard, section 3.3, "CORS protocol").
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/library.hpp"
#include "platen/error.hpp"

namespace platen::http {

/// Whether this is an origin as browsers send it: `https://app.example.com` or `http://localhost:3000`. The error's
/// detail is a predicate: "is not …".
[[nodiscard]] Result<void> check_origin(std::string_view origin);

/// The origins whose pages may call, with credentials; so each is named and none is a wildcard.
/// Immutable. Threads: any.
class CrossOrigin {
 public:
  /// None may.
  CrossOrigin() = default;
  explicit CrossOrigin(std::vector<std::string> origins) : origins_(std::move(origins)) {}

  [[nodiscard]] bool allows(std::string_view origin) const;
  /// What the answer to a request with these fields says of its page's origin, errors and streams included.
  /// `methods` is for the answer to OPTIONS: what the path takes.
  [[nodiscard]] httplib::Headers answer_headers(const httplib::Headers& request, const std::string& methods) const;

 private:
  std::vector<std::string> origins_;
};

}  // namespace platen::http
