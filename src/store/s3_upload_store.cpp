#include "store/s3_upload_store.hpp"

#include "base/file_hash.hpp"
#include "base/log.hpp"
#include "store/draft_upload.hpp"

namespace platen {

namespace {

constexpr std::string_view folder = "uploads/";
constexpr const char* tenant_note = "platen-tenant";
constexpr const char* sha256_note = "platen-sha256";

std::string name_of(const UploadId& id) { return std::string(folder).append(id.text); }

tl::unexpected<Error> no_such_upload() { return fail(Errc::not_found, "There is no such upload."); }

bool is_valid(const UploadId& id) { return parse_upload_id(id.text).has_value(); }

std::string note_of(const s3::ObjectInfo& object, const char* name) {
  const auto note = object.notes.find(name);
  return note == object.notes.end() ? std::string() : note->second;
}

Error in_our_words(Error error) {
  if (error.code == Errc::not_found) error.detail = "There is no such upload.";
  return error;
}

}  // namespace

S3UploadStore::S3UploadStore(const std::string& data_dir, s3::Bucket& bucket)
    : drafts_(data_dir + "/uploads"), bucket_(bucket) {}

Result<std::unique_ptr<UploadWriter>> S3UploadStore::begin(const Tenant& tenant) {
  auto file = drafts_.create();
  if (!file) return fail(file.error());
  return std::make_unique<DraftUpload>(*this, std::move(*file), tenant);
}

Result<void> S3UploadStore::keep(const Fd& file, const Upload& upload, const Tenant& tenant) {
  return bucket_.put(name_of(upload.id), file, {{tenant_note, tenant.text}, {sha256_note, upload.sha256}}, {});
}

Result<Fd> S3UploadStore::open(const UploadId& id, const StillWanted& still_wanted) {
  if (!is_valid(id)) return no_such_upload();
  auto file = drafts_.create();
  if (!file) return file;
  const auto object = bucket_.get(name_of(id), *file, still_wanted);
  if (!object) return fail(in_our_words(object.error()));
  const auto is = sha256_of(*file);
  if (!is) return fail(is.error());
  if (const std::string was = note_of(*object, sha256_note); !was.empty() && was != *is) {
    spdlog::error("store: the upload {} has the SHA-256 {}, not {}", id.text, *is, was);
    return fail(Errc::unavailable, "The upload came back from the store altered.");
  }
  return file;
}

Result<Upload> S3UploadStore::find(const Tenant& tenant, const UploadId& id) {
  if (!is_valid(id)) return no_such_upload();
  const auto object = bucket_.find(name_of(id));
  if (!object) return fail(in_our_words(object.error()));
  if (note_of(*object, tenant_note) != tenant.text) return no_such_upload();
  return Upload{id, object->bytes, note_of(*object, sha256_note)};
}

Result<void> S3UploadStore::remove(const UploadId& id) {
  if (!is_valid(id)) return {};
  return bucket_.remove(name_of(id));
}

Result<std::vector<UploadId>> S3UploadStore::older_than(std::chrono::seconds age) {
  if (const auto swept = drafts_.older_than(age, 0); !swept) return fail(swept.error());
  (void)bucket_.abort_older_than(std::string(folder), age);
  const auto names = bucket_.older_than(std::string(folder), age);
  if (!names) return fail(names.error());
  std::vector<UploadId> ids;
  for (const std::string& name : *names)
    if (auto id = parse_upload_id(name)) ids.push_back(*std::move(id));
  return ids;
}

Result<void> S3UploadStore::check() {
  if (auto disk = drafts_.check(); !disk) return disk;
  return bucket_.check();
}

}  // namespace platen
