// A checker for JSON Schema, as much of draft 2020-12 as our schema uses. A keyword that it does not know throws, so
// that none is misspelt.
#pragma once

#include <optional>
#include <string>

#include "codec/json.hpp"

namespace platen::test {

class JsonSchema {
 public:
  explicit JsonSchema(codec::Json root) : root_(std::move(root)) {}

  [[nodiscard]] const codec::Json& root() const noexcept { return root_; }
  /// What keeps `value` from being valid, with its place; nullopt where nothing does. `node` is a part of the schema.
  [[nodiscard]] std::optional<std::string> misfit(const codec::Json& node, const codec::Json& value) const;
  [[nodiscard]] std::optional<std::string> misfit(const codec::Json& value) const { return misfit(root_, value); }
  /// What a `$ref` leads to.
  [[nodiscard]] const codec::Json& target(const std::string& reference) const;
  /// The node with what its `$ref` leads to put in.
  [[nodiscard]] codec::Json flat(const codec::Json& node) const;

 private:
  using Misfit = std::optional<std::string>;
  [[nodiscard]] Misfit keyword_misfit(const codec::Json& node, const std::string& keyword, const codec::Json& rule,
                                      const codec::Json& value) const;
  [[nodiscard]] Misfit text_misfit(const std::string& keyword, const codec::Json& rule, const std::string& text) const;
  [[nodiscard]] Misfit array_misfit(const std::string& keyword, const codec::Json& rule,
                                    const codec::Json& array) const;
  [[nodiscard]] Misfit object_misfit(const codec::Json& node, const std::string& keyword, const codec::Json& rule,
                                     const codec::Json& object) const;
  [[nodiscard]] std::size_t count_valid(const codec::Json& nodes, const codec::Json& value) const;

  codec::Json root_;
};

}  // namespace platen::test
