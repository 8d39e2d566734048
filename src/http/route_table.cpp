#include "http/route_table.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace platen::http {

namespace {

bool serves(const Route& route, std::string_view method) {
  return route.method == method || (route.method == "GET" && method == "HEAD");
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
    route.label = std::regex_replace(route.pattern, std::regex(R"(\([^)]*\))"), "{id}");
    route.label.erase(std::remove(route.label.begin(), route.label.end(), '\\'), route.label.end());
    const std::size_t literal = std::min(route.pattern.find_first_of(R"(.^$*+?()[]{}|\)"), route.pattern.size());
    Pattern pattern;
    pattern.is_literal = literal == route.pattern.size();
    // An operator after a character may make that one optional, and a bar may make all of it so.
    const bool has_prefix =
        pattern.is_literal || std::string_view(R"(([\)").find(route.pattern[literal]) != std::string_view::npos;
    if (has_prefix && route.pattern.find('|') == std::string::npos) pattern.prefix = route.pattern.substr(0, literal);
    if (!pattern.is_literal) pattern.regex = std::regex(route.pattern);
    if (route.is_quick && route.needs != Needs::nothing)
      throw std::invalid_argument("a quick route is for everyone: " + route.pattern);
    if (route.is_quick && (route.method != "GET" || !pattern.is_literal || route.body != Body::none))
      throw std::invalid_argument("a quick route is a GET of one path: " + route.pattern);
    if (route.is_quick) quick_.emplace(route.pattern, &route);
    patterns_.push_back(std::move(pattern));
    methods.insert(route.method);
  }
  all_methods_ = join_methods(std::move(methods));
}

bool RouteTable::matches(std::size_t index, const std::string& path) const {
  const Pattern& pattern = patterns_[index];
  if (pattern.is_literal) return path == pattern.prefix;
  return path.compare(0, pattern.prefix.size(), pattern.prefix) == 0 && std::regex_match(path, pattern.regex);
}

const Route* RouteTable::find_quick(std::string_view method, const std::string& path) const {
  if (method != "GET" && method != "HEAD") return nullptr;
  const auto found = quick_.find(path);
  return found == quick_.end() ? nullptr : found->second;
}

RouteTable::Match RouteTable::find(std::string_view method, const std::string& path) const {
  std::set<std::string> methods;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (!matches(i, path)) continue;
    if (serves(routes_[i], method)) return {&routes_[i], {}};
    methods.insert(routes_[i].method);
  }
  return {nullptr, methods.empty() ? std::string() : join_methods(std::move(methods))};
}

}  // namespace platen::http
