// Which route a request belongs to, before its body is read.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "http/route.hpp"

namespace platen::http {

/// The routes, ready to be looked up. Immutable. Threads: any.
class RouteTable {
 public:
  /// Throws std::invalid_argument for a method that routes do not have, and for a quick route that is no GET.
  explicit RouteTable(Routes routes);

  struct Match {
    const Route* route = nullptr;  ///< null: no such path, or it does not take the method
    std::string allow = {};        ///< for `Allow`: what the path takes; empty when there is no such path
  };
  [[nodiscard]] Match find(std::string_view method, std::string_view path) const;
  /// The route that the loop's thread answers; null: it is none of these.
  [[nodiscard]] const Route* find_quick(std::string_view method, const std::string& path) const;
  /// For `OPTIONS *`.
  [[nodiscard]] const std::string& all_methods() const noexcept { return all_methods_; }
  [[nodiscard]] const Routes& routes() const noexcept { return routes_; }

 private:
  Routes routes_;
  std::unordered_map<std::string, const Route*> quick_;  ///< by path
  std::vector<const Route*> quick_patterns_;             ///< those whose patterns have braces
  std::string all_methods_;
};

}  // namespace platen::http
