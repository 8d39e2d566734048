#include "redis/reply_reader.hpp"

#include <fmt/format.h>
#include <hiredis/hiredis.h>

#include <cstdint>
#include <string>
#include <utility>

namespace platen::redis {

namespace {

// Left alone the parser gives its buffer back whenever that is empty and over 16 KiB: after nearly every read of a busy
// connection.
constexpr std::size_t kept_buffer_bytes = 256UL * 1024;
constexpr std::size_t most_parts = 16UL << 20U;  // of one array; more is no answer of ours

}  // namespace

/// What the parser calls for each part that it comes upon. To it a part is a pointer that is not null; here that is the
/// part's place, counted from 1.
struct ReplyReader::Building {
  using Kind = Reply::Kind;

  static std::size_t place_of(const redisReadTask& array) { return reinterpret_cast<std::uintptr_t>(array.obj) - 1; }

  static void* put(const redisReadTask* task, Reply::Part part) {
    std::vector<Reply::Part>& parts = reply_of(task).parts_;
    if (parts.empty()) parts.emplace_back();
    const std::size_t place =
        task->parent == nullptr ? 0 : parts[place_of(*task->parent)].first + static_cast<std::size_t>(task->idx);
    parts[place] = part;
    return reinterpret_cast<void*>(place + 1);  // NOLINT(performance-no-int-to-ptr): never followed
  }
  static Reply& reply_of(const redisReadTask* task) { return *static_cast<Reply*>(task->privdata); }

  static void* put_text(const redisReadTask* task, char* text, std::size_t length) {
    std::vector<char>& texts = reply_of(task).texts_;
    const Kind kind = task->type == REDIS_REPLY_ERROR ? Kind::error : Kind::text;
    const std::size_t first = texts.size();
    texts.insert(texts.end(), text, text + length);
    return put(task, {.kind = kind, .first = first, .count = length});
  }
  /// `Count` is int or std::size_t, as the parser's version has it.
  template <class Count>
  static void* put_array(const redisReadTask* task, Count count) {
    const auto size = static_cast<std::size_t>(count);
    if (size > most_parts) return nullptr;
    std::vector<Reply::Part>& parts = reply_of(task).parts_;
    if (parts.empty()) parts.emplace_back();
    const std::size_t first = parts.size();
    parts.resize(first + size);
    return put(task, {.kind = Kind::array, .first = first, .count = size});
  }
  static void* put_integer(const redisReadTask* task, long long number) {
    return put(task, {.kind = Kind::integer, .number = number});
  }
  static void* put_nil(const redisReadTask* task) { return put(task, {}); }

  static redisReplyObjectFunctions* functions() {
    static redisReplyObjectFunctions all = [] {
      redisReplyObjectFunctions own{};
      own.createString = put_text;
      own.createArray = put_array;
      own.createInteger = put_integer;
      own.createNil = put_nil;
      return own;
    }();
    return &all;
  }
};

void ReplyReader::free(redisReader* reader) noexcept { redisReaderFree(reader); }

ReplyReader::ReplyReader()
    : building_(std::make_unique<Reply>()), reader_(redisReaderCreateWithFunctions(Building::functions())) {
  reader_->maxbuf = kept_buffer_bytes;
  reader_->privdata = building_.get();
}

Result<void> ReplyReader::feed(std::string_view bytes) {
  if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK)
    return fail(Errc::unavailable, "no memory for Redis's answer");
  return {};
}

Result<bool> ReplyReader::next(Reply& reply) {
  void* whole = nullptr;
  if (redisReaderGetReply(reader_.get(), &whole) != REDIS_OK)
    return fail(Errc::unavailable, fmt::format("protocol: {}", reader_->errstr));
  if (whole == nullptr) return false;
  std::swap(reply, *building_);
  building_->clear();
  return true;
}

}  // namespace platen::redis
