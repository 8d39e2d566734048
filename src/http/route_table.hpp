// Which route a request belongs to, before its body is read.
#pragma once

#include <regex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "http/route.hpp"

namespace platen::http {

/// The routes, ready to be looked up. Immutable. Threads: any.
class RouteTable {
 public:
  /// Throws std::regex_error for a pattern that is none, std::invalid_argument for a method that routes do not have.
  explicit RouteTable(Routes routes);

  struct Match {
    const Route* route = nullptr;  ///< null: no such path, or it does not take the method
    std::string allow = {};        ///< for `Allow`: what the path takes; empty when there is no such path
    std::smatch groups = {};       ///< of its pattern, where that has operators; they refer to the path
  };
  [[nodiscard]] Match find(std::string_view method, const std::string& path) const;
  /// The route that the loop's thread answers, if it is one of these.
  [[nodiscard]] Match find_quick(std::string_view method, const std::string& path) const;
  /// For `OPTIONS *`.
  [[nodiscard]] const std::string& all_methods() const noexcept { return all_methods_; }
  [[nodiscard]] const Routes& routes() const noexcept { return routes_; }

 private:
  /// A pattern without operators is compared, not run.
  struct Pattern {
    std::string prefix;  ///< the literal text that every match begins with
    std::string suffix;  ///< … and ends with, where the pattern has one group and it does
    bool is_literal = false;
    std::regex regex;
  };
  [[nodiscard]] static bool matches(const Pattern& pattern, const std::string& path, std::smatch& matches);

  Routes routes_;
  std::vector<Pattern> patterns_;
  std::unordered_map<std::string, const Route*> quick_;  ///< by path
  std::vector<std::size_t> quick_patterns_;              ///< the places of those that have operators
  std::string all_methods_;
};

}  // namespace platen::http
