#include "store/file_artifact_store.hpp"

#include <algorithm>

namespace platen {

namespace {

constexpr std::size_t most_names = 1'000;  // in one answer of older_than

tl::unexpected<Error> no_such_report() { return fail(Errc::not_found, "There is no such report."); }

}  // namespace

FileArtifactStore::FileArtifactStore(const std::string& data_dir) : files_(data_dir + "/artifacts") {}

Result<Fd> FileArtifactStore::create() { return files_.create(); }

Result<void> FileArtifactStore::keep(const Fd& file, std::string_view name, const StillWanted&) {
  if (!job_of_artifact(name)) return fail(Errc::internal, "not an artifact's name");
  return files_.keep(file, name);
}

Result<Fd> FileArtifactStore::open(std::string_view name) {
  if (!job_of_artifact(name)) return no_such_report();
  auto file = files_.open(name);
  if (!file && file.error().code == Errc::not_found) return no_such_report();
  return file;
}

Result<std::optional<std::string>> FileArtifactStore::link(std::string_view, const Handout&) {
  return std::optional<std::string>();
}

Result<void> FileArtifactStore::remove(std::string_view name) {
  if (!job_of_artifact(name)) return {};
  return files_.remove(name);
}

Result<std::vector<std::string>> FileArtifactStore::older_than(std::chrono::seconds age) {
  auto names = files_.older_than(age, most_names);
  if (!names) return names;
  names->erase(std::remove_if(names->begin(), names->end(), [](const auto& name) { return !job_of_artifact(name); }),
               names->end());
  return names;
}

Result<void> FileArtifactStore::check() { return files_.check(); }

}  // namespace platen
