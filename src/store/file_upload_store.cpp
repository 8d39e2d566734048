#include "store/file_upload_store.hpp"

#include <algorithm>

#include "base/file_hash.hpp"
#include "store/draft_upload.hpp"
#include "store/upload_owner.hpp"

namespace platen {

namespace {

constexpr std::size_t most_names = 1'000;  // in one answer of older_than

tl::unexpected<Error> no_such_upload() { return fail(Errc::not_found, "There is no such upload."); }

/// Ids in general come from outside, and must not lead out of the folder.
bool is_valid(const UploadId& id) { return parse_upload_id(id.text).has_value(); }

}  // namespace

FileUploadStore::FileUploadStore(const std::string& data_dir) : files_(data_dir + "/uploads") {}

Result<std::unique_ptr<UploadWriter>> FileUploadStore::begin(const Tenant& tenant) {
  auto file = files_.create();
  if (!file) return fail(file.error());
  return std::make_unique<DraftUpload>(*this, std::move(*file), tenant);
}

Result<void> FileUploadStore::keep(const Fd& file, const Upload& upload, const Tenant& tenant) {
  note_content_hash(file, upload.sha256);
  if (auto noted = note_owner(files_, upload.id, tenant); !noted) return noted;
  return files_.keep(file, upload.id.text);
}

Result<Fd> FileUploadStore::open(const UploadId& id, const StillWanted&) {
  if (!is_valid(id)) return no_such_upload();
  auto file = files_.open(id.text);
  if (!file && file.error().code == Errc::not_found) return no_such_upload();
  return file;
}

Result<Upload> FileUploadStore::find(const Tenant& tenant, const UploadId& id) {
  if (!is_valid(id)) return no_such_upload();
  if (auto owned = check_owner(files_, id, tenant); !owned) return fail(std::move(owned.error()));
  const auto file = open(id, {});
  if (!file) return fail(file.error());
  const auto bytes = size_of(*file);
  if (!bytes) return fail(bytes.error());
  return Upload{id, *bytes, noted_hash(*file)};
}

Result<void> FileUploadStore::remove(const UploadId& id) {
  if (!is_valid(id)) return {};
  if (auto removed = files_.remove(id.text); !removed) return removed;
  return files_.remove(owner_file(id));
}

Result<std::vector<UploadId>> FileUploadStore::older_than(std::chrono::seconds age) {
  const auto names = files_.older_than(age, most_names);
  if (!names) return fail(names.error());
  std::vector<UploadId> ids;
  for (const std::string& name : *names) {
    // Removing a name that is left of an upload which never came to be is the same as removing that upload.
    auto id = parse_upload_id(name);
    if (!id) id = upload_of_owner_file(name);
    if (id && std::find(ids.begin(), ids.end(), *id) == ids.end()) ids.push_back(std::move(*id));
  }
  return ids;
}

Result<void> FileUploadStore::check() { return files_.check(); }

}  // namespace platen
