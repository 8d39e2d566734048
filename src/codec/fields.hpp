// Reading a JSON object member by member, so that every misfit is told once and with its place. Private to codec.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/json.hpp"
#include "codec/problems.hpp"

namespace platen::codec {

/// What a text may be. Lengths are in code points.
struct TextRule {
  std::size_t least = 1;
  std::size_t most = 300;
  /// Whether line feeds and tabs may be in it; other control characters never may.
  enum class Lines { one, many } lines = Lines::one;
};

/// Both ends are allowed.
struct NumberRule {
  double least;
  double most;
  std::string_view unit;  ///< put after the range in a complaint; may be empty
};

/// "a number", "an array" … of a value, for complaints.
[[nodiscard]] std::string_view kind_name(const Json& value);
/// The complaint about a value that is not such a text or number; nullopt for one that is.
[[nodiscard]] std::optional<std::string> text_misfit(const Json& value, const TextRule& rule);
[[nodiscard]] std::optional<std::string> number_misfit(const Json& value, const NumberRule& rule);
/// `'a', 'b'`
[[nodiscard]] std::string quoted_list(const std::vector<std::string_view>& names);

/// One object of a request. Every `take…` names a member that is known; `finish` complains of the others.
/// A null member is the same as an absent one. Complaints go to `problems`, and the value is then nullopt. Names are
/// borrowed.
class Fields {
 public:
  /// `value` that is no object is a complaint too, and then has no members. Both are borrowed.
  Fields(const Json& value, std::string pointer, Problems& problems);

  [[nodiscard]] const Json* take(std::string_view name);
  [[nodiscard]] std::optional<std::string> take_text(std::string_view name, const TextRule& rule);
  [[nodiscard]] std::optional<double> take_number(std::string_view name, const NumberRule& rule);
  [[nodiscard]] std::optional<std::int64_t> take_integer(std::string_view name, const NumberRule& rule);
  [[nodiscard]] std::optional<bool> take_flag(std::string_view name);
  /// An array of at most `most` elements; nullptr where there is none.
  [[nodiscard]] const Json* take_array(std::string_view name, std::size_t most);

  template <class E>
  using Choices = std::span<const std::pair<std::string_view, E>>;
  /// One of a few names. The type of its values does not follow from the arguments: name it.
  template <class E>
  [[nodiscard]] std::optional<E> take_choice(std::string_view name, Choices<E> choices) {
    const auto chosen = take_text(name, {});
    if (!chosen) return std::nullopt;
    for (const auto& [choice, value] : choices)
      if (*chosen == choice) return value;
    std::vector<std::string_view> names;
    for (const auto& choice : choices) names.push_back(choice.first);
    complain_of_choice(name, *chosen, names);
    return std::nullopt;
  }

  [[nodiscard]] bool has(std::string_view name) const;
  void complain(std::string_view name, std::string detail);
  void complain_of_choice(std::string_view name, std::string_view chosen, const std::vector<std::string_view>& names);
  /// A member that must be there is not.
  void require(std::string_view name, std::string_view what);
  void finish();

  /// The object's own place, and a member's.
  [[nodiscard]] const std::string& pointer() const noexcept { return pointer_; }
  [[nodiscard]] std::string pointer(std::string_view name) const { return pointer_to(pointer_, name); }
  [[nodiscard]] Problems& problems() const noexcept { return problems_; }

 private:
  const Json& object_;
  std::string pointer_;
  Problems& problems_;
  std::vector<std::string_view> known_;
};

}  // namespace platen::codec
