// Owning handles of C libraries.
#pragma once

#include <memory>

namespace platen {

template <auto Close>
struct Closer {
  template <class T>
  void operator()(T* handle) const noexcept {
    Close(handle);
  }
};

/// Owns a C handle and closes it with `Close`: `using Reader = Owned<redisReader, redisReaderFree>;`.
template <class T, auto Close>
using Owned = std::unique_ptr<T, Closer<Close>>;

}  // namespace platen
