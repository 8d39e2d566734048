#include "redis/reply.hpp"

#include <charconv>

namespace platen::redis {

namespace {

constexpr std::size_t kept_text_bytes = 64UL * 1024;
constexpr std::size_t kept_parts = 1024;

}  // namespace

void Reply::clear() {
  parts_.clear();
  texts_.clear();
  if (texts_.capacity() > kept_text_bytes || parts_.capacity() > kept_parts) *this = Reply();
}

bool Value::is_nil() const noexcept { return part_ == nullptr || part_->kind == Reply::Kind::nil; }
bool Value::is_error() const noexcept { return part_ != nullptr && part_->kind == Reply::Kind::error; }
bool Value::is_array() const noexcept { return part_ != nullptr && part_->kind == Reply::Kind::array; }

std::string_view Value::text() const noexcept {
  const bool is_text = part_ != nullptr && (part_->kind == Reply::Kind::text || part_->kind == Reply::Kind::error);
  return is_text ? std::string_view(texts_ + part_->first, part_->count) : std::string_view();
}

long long Value::integer() const noexcept {
  if (part_ != nullptr && part_->kind == Reply::Kind::integer) return part_->number;
  long long number = 0;
  const std::string_view digits = text();
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

std::size_t Value::size() const noexcept { return is_array() ? part_->count : 0; }

Value Value::operator[](std::size_t index) const noexcept {
  Value value;
  if (index >= size()) return value;
  value = *this;
  value.part_ = parts_ + part_->first + index;
  return value;
}

bool has_error_code(const Value& reply, std::string_view code) noexcept {
  if (!reply.is_error()) return false;
  const std::string_view text = reply.text();
  return text.substr(0, text.find(' ')) == code;
}

bool wants_reconnect(const Value& reply) noexcept {
  return has_error_code(reply, "READONLY") || has_error_code(reply, "LOADING") || has_error_code(reply, "MASTERDOWN") ||
         has_error_code(reply, "UNBLOCKED");
}

}  // namespace platen::redis
