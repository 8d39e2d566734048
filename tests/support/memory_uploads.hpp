// An upload store in memory, which counts what it holds.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/crypto.hpp"
#include "base/fd.hpp"
#include "base/guarded.hpp"
#include "platen/store.hpp"

namespace platen::test {

/// Threads: any.
class MemoryUploads final : public UploadStore {
 public:
  struct State {
    std::map<std::string, std::string> kept;  ///< by id
    int open_writers = 0;
    int begun = 0;
    std::uint64_t written_bytes = 0;
    std::optional<Error> fail_writes_with;
  };
  /// When false, writes are only counted.
  explicit MemoryUploads(bool keeps = true) : keeps_(keeps) {}

  [[nodiscard]] Guarded<State>& state() { return state_; }
  [[nodiscard]] std::string only_upload() {
    auto state = state_.lock();
    return state->kept.size() == 1 ? state->kept.begin()->second : "there are " + std::to_string(state->kept.size());
  }

  Result<std::unique_ptr<UploadWriter>> begin(const Tenant&) override {
    auto state = state_.lock();
    ++state->open_writers;
    ++state->begun;
    return std::make_unique<Writer>(*this);
  }
  Result<Fd> open(const UploadId& id, const StillWanted&) override {
    return memory_file(state_.lock()->kept.at(id.text));
  }
  Result<Upload> find(const Tenant&, const UploadId& id) override {
    return Upload{id, state_.lock()->kept.at(id.text).size(), {}};
  }
  Result<void> remove(const UploadId& id) override {
    state_.lock()->kept.erase(id.text);
    return {};
  }
  Result<std::vector<UploadId>> older_than(std::chrono::seconds) override { return std::vector<UploadId>{}; }
  Result<void> check() override { return {}; }

 private:
  class Writer final : public UploadWriter {
   public:
    explicit Writer(MemoryUploads& store) : store_(store) {}
    ~Writer() override { --store_.state_.lock()->open_writers; }
    Result<void> write(std::span<const char> bytes) override {
      auto state = store_.state_.lock();
      if (state->fail_writes_with) return fail(*state->fail_writes_with);
      state->written_bytes += bytes.size();
      bytes_ += bytes.size();
      hash_.update(bytes);
      if (store_.keeps_) text_.append(bytes.data(), bytes.size());
      return {};
    }
    Result<Upload> commit() override {
      Upload upload{new_upload_id(), bytes_, hex(hash_.finish())};
      store_.state_.lock()->kept[upload.id.text] = std::move(text_);
      return upload;
    }

   private:
    MemoryUploads& store_;
    Sha256 hash_;
    std::string text_;
    std::uint64_t bytes_ = 0;
  };

  bool keeps_;
  Guarded<State> state_;
};

}  // namespace platen::test
