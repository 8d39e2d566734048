#include "http/route_table.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

namespace platen::http {

namespace {

bool serves(const Route& route, std::string_view method) {
  return route.method == method || (route.method == "GET" && method == "HEAD");
}

constexpr std::array<std::string_view, 5> known_methods{"GET", "POST", "PUT", "PATCH", "DELETE"};

/// Whether the path is one of the pattern's.
bool fits(std::string_view pattern, std::string_view path) {
  for (;;) {
    const std::size_t literal = pattern.find('{');
    if (literal == std::string_view::npos) return path == pattern;
    if (!path.starts_with(pattern.substr(0, literal))) return false;
    path.remove_prefix(literal);
    pattern.remove_prefix(pattern.find('}') + 1);
    const std::size_t length = std::min(path.find('/'), path.size());
    if (length == 0) return false;
    path.remove_prefix(length);
  }
}

std::string join_methods(std::set<std::string> methods) {
  if (methods.count("GET") > 0) methods.insert("HEAD");
  methods.insert("OPTIONS");
  std::string joined;
  for (const std::string& method : methods) joined.append(joined.empty() ? "" : ", ").append(method);
  return joined;
}

}  // namespace

RouteTable::RouteTable(Routes routes) : routes_(std::move(routes)) {
  std::set<std::string> methods;
  for (const Route& route : routes_) {
    if (std::find(known_methods.begin(), known_methods.end(), route.method) == known_methods.end())
      throw std::invalid_argument("a route's method is none of GET, POST, PUT, PATCH, DELETE: " + route.method);
    methods.insert(route.method);
    if (!route.is_quick) continue;
    if (route.method != "GET" || route.body != Body::none)
      throw std::invalid_argument("a quick route is a GET: " + route.pattern);
    if (route.pattern.find('{') == std::string::npos)
      quick_.emplace(route.pattern, &route);
    else
      quick_patterns_.push_back(&route);
  }
  all_methods_ = join_methods(std::move(methods));
}

const Route* RouteTable::find_quick(std::string_view method, const std::string& path) const {
  if (method != "GET" && method != "HEAD") return nullptr;
  if (const auto found = quick_.find(path); found != quick_.end()) return found->second;
  const auto found = std::find_if(quick_patterns_.begin(), quick_patterns_.end(),
                                  [&](const Route* route) { return fits(route->pattern, path); });
  return found == quick_patterns_.end() ? nullptr : *found;
}

RouteTable::Match RouteTable::find(std::string_view method, std::string_view path) const {
  std::set<std::string> methods;
  for (const Route& route : routes_) {
    if (!fits(route.pattern, path)) continue;
    if (serves(route, method)) return {&route};
    methods.insert(route.method);
  }
  return {nullptr, methods.empty() ? std::string() : join_methods(std::move(methods))};
}

}  // namespace platen::http
