// The font files of a process, each opened once and kept.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/guarded.hpp"
#include "worker/pdf/font_file.hpp"

namespace platen::worker {

/// Owns: the files, for its whole life. Threads: any.
class FontLibrary {
 public:
  /// `face` numbers the fonts of a collection. nullptr where the file is no font.
  [[nodiscard]] const pdf::FontFile* open(const std::string& path, unsigned face) {
    auto files = files_.lock();
    const auto [entry, is_new] = files->try_emplace({path, face});
    if (is_new) {
      auto opened = pdf::FontFile::open(path, face);
      if (opened) entry->second = *std::move(opened);
    }
    return entry->second.get();
  }

 private:
  Guarded<std::map<std::pair<std::string, unsigned>, std::unique_ptr<pdf::FontFile>>> files_;
};

}  // namespace platen::worker
