#include "worker/data/input.hpp"

#include <sys/mman.h>

#include <cerrno>
#include <utility>

namespace platen::worker {

Result<Input> Input::map(const Fd& file) {
  const auto size = size_of(file);
  if (!size) return fail(size.error());
  Input input;
  if (*size == 0) return input;  // an empty mapping is refused
  void* const mapped = ::mmap(nullptr, *size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (mapped == MAP_FAILED) return fail(Errc::internal, "map the data: " + errno_text(errno));
  (void)::madvise(mapped, *size, MADV_SEQUENTIAL);  // only a hint
  input.mapped_ = static_cast<const char*>(mapped);
  input.size_ = *size;
  return input;
}

Input Input::hold(std::string text) {
  Input input;
  input.text_ = std::move(text);
  return input;
}

void Input::expect_any_order() const noexcept {
  if (mapped_) (void)::madvise(const_cast<char*>(mapped_), size_, MADV_NORMAL);
}

Input::Input(Input&& other) noexcept
    : mapped_(std::exchange(other.mapped_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      text_(std::move(other.text_)) {}

Input& Input::operator=(Input&& other) noexcept {
  std::swap(mapped_, other.mapped_);
  std::swap(size_, other.size_);
  std::swap(text_, other.text_);
  return *this;
}

Input::~Input() {
  if (mapped_) ::munmap(const_cast<char*>(mapped_), size_);
}

}  // namespace platen::worker
