#include "worker/data/record_sorter.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <tuple>
#include <utility>

namespace platen::worker {

namespace {

/// What stands before a record's key.
struct Head {
  std::uint64_t key_bytes;
  Position position;
};

constexpr std::size_t most_merged_at_once = 256;
constexpr std::size_t least_read_bytes = 16 * 1024;  // of each run that is merged
constexpr std::size_t write_bytes = 256 * 1024;

SortRecord record_at(const char* bytes) noexcept {
  Head head;
  std::memcpy(&head, bytes, sizeof head);
  return {{bytes + sizeof head, head.key_bytes}, head.position};
}

void append_record(std::vector<char>& out, const SortRecord& record) {
  const Head head{record.key.size(), record.position};
  const auto* const bytes = reinterpret_cast<const char*>(&head);
  out.insert(out.end(), bytes, bytes + sizeof head);
  out.insert(out.end(), record.key.begin(), record.key.end());
}

/// The first eight bytes as a number, the first the highest.
std::uint64_t prefix_of(std::string_view key) noexcept {
  std::uint64_t prefix = 0;
  for (std::size_t index = 0; index < sizeof prefix; ++index)
    prefix = prefix << 8 | (index < key.size() ? static_cast<unsigned char>(key[index]) : 0U);
  return prefix;
}

bool is_less(const SortRecord& left, const SortRecord& right) noexcept {
  const int order = left.key.compare(right.key);
  return order != 0 ? order < 0 : left.position.row < right.position.row;
}

/// The records of one run, one after the other.
class RunReader {
 public:
  RunReader(const ScratchFile& file, std::uint64_t begin, std::uint64_t end, std::size_t buffer_bytes)
      : file_(file), unread_(begin), end_(end), buffer_bytes_(buffer_bytes) {}

  /// The next record, valid until the next call; nullopt at the end.
  Result<std::optional<SortRecord>> next() {
    at_ += record_bytes_;
    record_bytes_ = 0;
    if (at_ == buffer_.size() && unread_ == end_) return std::optional<SortRecord>();
    if (auto there = require(sizeof(Head)); !there) return fail(there.error());
    const std::size_t bytes = sizeof(Head) + record_at(&buffer_[at_]).key.size();
    if (auto there = require(bytes); !there) return fail(there.error());
    record_bytes_ = bytes;
    return record_at(&buffer_[at_]);
  }

 private:
  /// Makes the buffer hold so many bytes from `at_` on.
  Result<void> require(std::size_t bytes) {
    if (buffer_.size() - at_ >= bytes) return {};
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ = 0;
    const std::size_t kept = buffer_.size();
    const std::uint64_t wanted = std::max(bytes, buffer_bytes_) - kept;
    const auto more = static_cast<std::size_t>(std::min(wanted, end_ - unread_));
    if (kept + more < bytes) return fail(Errc::internal, "a run of the scratch file ends within a record");
    buffer_.resize(kept + more);
    if (auto got = file_.read(unread_, std::span(buffer_).subspan(kept)); !got) return got;
    unread_ += more;
    return {};
  }

  const ScratchFile& file_;
  std::uint64_t unread_;  // where in the file the buffer ends
  std::uint64_t end_;
  std::size_t buffer_bytes_;
  std::vector<char> buffer_;
  std::size_t at_ = 0;
  std::size_t record_bytes_ = 0;
};

}  // namespace

RecordSorter::RecordSorter(const Fd* scratch, std::size_t memory_bytes)
    : scratch_(scratch), memory_bytes_(memory_bytes) {}

std::size_t RecordSorter::used_bytes() const noexcept { return block_.size() + entries_.size() * sizeof(Entry); }

Result<void> RecordSorter::add(const SortRecord& record) {
  const std::size_t needed = sizeof(Head) + record.key.size() + sizeof(Entry);
  if (!entries_.empty() && used_bytes() + needed > memory_bytes_) {
    if (scratch_ == nullptr)
      return fail(Errc::too_large, "There are too many rows to sort them without a scratch file.");
    if (auto spilled = spill(); !spilled) return spilled;
  }
  entries_.push_back({prefix_of(record.key), block_.size()});
  append_record(block_, record);
  return {};
}

void RecordSorter::sort_block() {
  std::sort(entries_.begin(), entries_.end(), [this](const Entry& left, const Entry& right) {
    if (left.prefix != right.prefix) return left.prefix < right.prefix;
    return is_less(record_at(&block_[left.at]), record_at(&block_[right.at]));
  });
}

Result<void> RecordSorter::give_block(const Take& take) {
  sort_block();
  for (const Entry& entry : entries_)
    if (auto taken = take(record_at(&block_[entry.at])); !taken) return taken;
  block_.clear();
  entries_.clear();
  return {};
}

Result<void> RecordSorter::write_run(const std::function<Result<void>(const Take&)>& give) {
  const std::uint64_t begin = file_->end();
  std::vector<char> buffer;
  buffer.reserve(write_bytes);
  auto given = give([&](const SortRecord& record) -> Result<void> {
    append_record(buffer, record);
    if (buffer.size() < write_bytes) return {};
    auto written = file_->append(buffer);
    buffer.clear();
    return written;
  });
  if (!given) return given;
  if (auto written = file_->append(buffer); !written) return written;
  runs_.push_back({begin, file_->end()});
  return {};
}

Result<void> RecordSorter::spill() {
  if (!file_) {
    auto opened = ScratchFile::open(*scratch_);
    if (!opened) return fail(opened.error());
    file_ = *opened;
  }
  return write_run([this](const Take& take) { return give_block(take); });
}

Result<void> RecordSorter::merge(std::span<const Run> runs, const Take& take) const {
  struct Source {
    RunReader reader;
    SortRecord record;
  };
  const std::size_t buffer_bytes = std::max(least_read_bytes, memory_bytes_ / runs.size());
  std::vector<std::unique_ptr<Source>> heap;  // its records view into the readers' buffers, which stay
  const auto comes_later = [](const auto& left, const auto& right) { return is_less(right->record, left->record); };
  const auto push_next = [&](std::unique_ptr<Source> source) -> Result<void> {
    auto record = source->reader.next();
    if (!record) return fail(record.error());
    if (!*record) return {};
    source->record = **record;
    heap.push_back(std::move(source));
    std::push_heap(heap.begin(), heap.end(), comes_later);
    return {};
  };
  for (const Run& run : runs) {
    auto source = std::make_unique<Source>(Source{RunReader(*file_, run.begin, run.end, buffer_bytes), {}});
    if (auto pushed = push_next(std::move(source)); !pushed) return pushed;
  }
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), comes_later);
    auto source = std::move(heap.back());
    heap.pop_back();
    if (auto taken = take(source->record); !taken) return taken;
    if (auto pushed = push_next(std::move(source)); !pushed) return pushed;
  }
  return {};
}

Result<void> RecordSorter::finish(const Take& take) {
  if (runs_.empty()) return give_block(take);
  if (auto spilled = spill(); !spilled) return spilled;
  block_ = {};
  entries_ = {};
  std::size_t first = 0;
  while (runs_.size() - first > most_merged_at_once) {
    const std::vector<Run> some(runs_.begin() + static_cast<std::ptrdiff_t>(first),
                                runs_.begin() + static_cast<std::ptrdiff_t>(first + most_merged_at_once));
    auto merged = write_run([&](const Take& next) { return merge(some, next); });
    if (!merged) return merged;
    first += most_merged_at_once;
  }
  return merge(std::span<const Run>(runs_).subspan(first), take);
}

}  // namespace platen::worker
