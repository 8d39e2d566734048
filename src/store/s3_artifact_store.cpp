#include "store/s3_artifact_store.hpp"

#include <algorithm>

namespace platen {

namespace {

constexpr std::string_view folder = "artifacts/";

std::string object_of(std::string_view name) { return std::string(folder).append(name); }

tl::unexpected<Error> no_such_report() { return fail(Errc::not_found, "There is no such report."); }

}  // namespace

S3ArtifactStore::S3ArtifactStore(const std::string& data_dir, s3::Bucket& bucket)
    : drafts_(data_dir + "/artifacts"), bucket_(bucket) {}

Result<Fd> S3ArtifactStore::create() { return drafts_.create(); }

Result<void> S3ArtifactStore::keep(const Fd& file, std::string_view name, const StillWanted& still_wanted) {
  if (!job_of_artifact(name)) return fail(Errc::internal, "not an artifact's name");
  return bucket_.put(object_of(name), file, {}, still_wanted);
}

Result<Fd> S3ArtifactStore::open(std::string_view name) {
  if (!job_of_artifact(name)) return no_such_report();
  auto file = drafts_.create();
  if (!file) return file;
  const auto object = bucket_.get(object_of(name), *file, {});
  if (!object && object.error().code == Errc::not_found) return no_such_report();
  if (!object) return fail(object.error());
  return file;
}

Result<std::optional<std::string>> S3ArtifactStore::link(std::string_view name, const Handout& handout) {
  if (!job_of_artifact(name)) return no_such_report();
  auto url = bucket_.link(object_of(name), handout);
  if (!url) return fail(std::move(url.error()));
  return std::optional(*std::move(url));
}

Result<void> S3ArtifactStore::remove(std::string_view name) {
  if (!job_of_artifact(name)) return {};
  return bucket_.remove(object_of(name));
}

Result<std::vector<std::string>> S3ArtifactStore::older_than(std::chrono::seconds age) {
  if (const auto swept = drafts_.older_than(age, 0); !swept) return fail(swept.error());
  (void)bucket_.abort_older_than(std::string(folder), age);
  auto names = bucket_.older_than(std::string(folder), age);
  if (!names) return names;
  names->erase(std::remove_if(names->begin(), names->end(), [](const auto& name) { return !job_of_artifact(name); }),
               names->end());
  return names;
}

Result<void> S3ArtifactStore::check() {
  if (auto disk = drafts_.check(); !disk) return disk;
  return bucket_.check();
}

}  // namespace platen
