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
constexpr std::string_view operators = R"(.^$*+?()[]{}|\)";
constexpr std::string_view id_group = "([^/]+)";

/// The literal text after the pattern's only group, which is `group`; else nothing.
std::string suffix_after(std::string_view group, const std::string& pattern) {
  const std::size_t at = pattern.find(group);
  if (at == std::string::npos || pattern.find_first_of(operators) != at) return {};
  const std::string rest = pattern.substr(at + group.size());
  return rest.find_first_of(operators) == std::string::npos ? rest : std::string();
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
  for (Route& route : routes_) {
    if (std::find(known_methods.begin(), known_methods.end(), route.method) == known_methods.end())
      throw std::invalid_argument("a route's method is none of GET, POST, PUT, PATCH, DELETE: " + route.method);
    route.label = std::regex_replace(route.pattern, std::regex(R"(\([^)]*\))"), "{id}");
    route.label.erase(std::remove(route.label.begin(), route.label.end(), '\\'), route.label.end());
    const std::size_t literal = std::min(route.pattern.find_first_of(operators), route.pattern.size());
    Pattern pattern;
    pattern.is_literal = literal == route.pattern.size();
    // An operator after a character may make that one optional, and a bar may make all of it so.
    const bool has_prefix =
        pattern.is_literal || std::string_view(R"(([\)").find(route.pattern[literal]) != std::string_view::npos;
    if (has_prefix && route.pattern.find('|') == std::string::npos) pattern.prefix = route.pattern.substr(0, literal);
    if (!pattern.is_literal) pattern.regex = std::regex(route.pattern);
    pattern.suffix = suffix_after(id_group, route.pattern);
    if (route.is_quick && (route.method != "GET" || route.body != Body::none))
      throw std::invalid_argument("a quick route is a GET: " + route.pattern);
    if (route.is_quick && pattern.is_literal) quick_.emplace(route.pattern, &route);
    if (route.is_quick && !pattern.is_literal) quick_patterns_.push_back(patterns_.size());
    patterns_.push_back(std::move(pattern));
    methods.insert(route.method);
  }
  all_methods_ = join_methods(std::move(methods));
}

bool RouteTable::matches(const Pattern& pattern, const std::string& path, std::smatch& matches) {
  if (pattern.is_literal) return path == pattern.prefix;
  return path.starts_with(pattern.prefix) && path.ends_with(pattern.suffix) &&
         std::regex_match(path, matches, pattern.regex);
}

RouteTable::Match RouteTable::find_quick(std::string_view method, const std::string& path) const {
  if (method != "GET" && method != "HEAD") return {};
  if (const auto found = quick_.find(path); found != quick_.end()) return {found->second};
  std::smatch groups;
  for (const std::size_t place : quick_patterns_)
    if (matches(patterns_[place], path, groups)) return {&routes_[place], {}, std::move(groups)};
  return {};
}

RouteTable::Match RouteTable::find(std::string_view method, const std::string& path) const {
  std::set<std::string> methods;
  std::smatch groups;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (!matches(patterns_[i], path, groups)) continue;
    if (serves(routes_[i], method)) return {&routes_[i], {}, std::move(groups)};
    methods.insert(routes_[i].method);
  }
  return {nullptr, methods.empty() ? std::string() : join_methods(std::move(methods))};
}

}  // namespace platen::http
