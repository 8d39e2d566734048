#include "platen/access.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace platen {

namespace {

constexpr std::size_t key_id_digits = 12;
constexpr std::size_t longest_tenant = 63;
constexpr std::string_view tenant_starts = "abcdefghijklmnopqrstuvwxyz0123456789";

constexpr std::array<std::pair<Scope, std::string_view>, 3> scope_names{
    {{Scope::submit, "submit"}, {Scope::read, "read"}, {Scope::admin, "admin"}}};

}  // namespace

std::optional<KeyId> parse_key_id(std::string_view text) {
  if (text.size() != key_id_digits || text.find_first_not_of("0123456789abcdef") != std::string_view::npos)
    return std::nullopt;
  return KeyId{std::string(text)};
}

std::optional<Tenant> parse_tenant(std::string_view text) {
  if (text.empty() || text.size() > longest_tenant || tenant_starts.find(text.front()) == std::string_view::npos)
    return std::nullopt;
  const bool fits = std::all_of(text.begin(), text.end(), [](char c) {
    return tenant_starts.find(c) != std::string_view::npos || c == '-' || c == '_';
  });
  if (!fits) return std::nullopt;
  return Tenant{std::string(text)};
}

std::string_view name_of(Scope scope) noexcept {
  for (const auto& [value, name] : scope_names)
    if (value == scope) return name;
  return "unknown";
}

std::optional<Scope> scope_from(std::string_view name) noexcept {
  for (const auto& [value, known] : scope_names)
    if (known == name) return value;
  return std::nullopt;
}

std::vector<Scope> Scopes::listed() const {
  std::vector<Scope> scopes;
  for (const auto& [scope, name] : scope_names)
    if ((bits_ & bit(scope)) != 0) scopes.push_back(scope);
  return scopes;
}

}  // namespace platen
