#include "redis/reply.hpp"

#include <hiredis/hiredis.h>

#include <charconv>

namespace platen::redis {

void free_reply(redisReply* reply) noexcept { freeReplyObject(reply); }

bool Value::is_nil() const noexcept { return reply_ == nullptr || reply_->type == REDIS_REPLY_NIL; }
bool Value::is_error() const noexcept { return reply_ != nullptr && reply_->type == REDIS_REPLY_ERROR; }
bool Value::is_array() const noexcept { return reply_ != nullptr && reply_->type == REDIS_REPLY_ARRAY; }

std::string_view Value::text() const noexcept {
  if (reply_ == nullptr) return {};
  switch (reply_->type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
    case REDIS_REPLY_ERROR: return {reply_->str, reply_->len};
    default: return {};
  }
}

long long Value::integer() const noexcept {
  if (reply_ != nullptr && reply_->type == REDIS_REPLY_INTEGER) return reply_->integer;
  long long number = 0;
  const std::string_view digits = text();
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

std::size_t Value::size() const noexcept { return is_array() ? reply_->elements : 0; }

Value Value::operator[](std::size_t index) const noexcept {
  return index < size() ? Value(reply_->element[index]) : Value();
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
