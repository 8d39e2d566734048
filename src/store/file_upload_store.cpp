#include "store/file_upload_store.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/file_hash.hpp"
#include "store/upload_owner.hpp"

namespace platen {

namespace {

constexpr std::size_t most_names = 1'000;  // in one answer of older_than

class FileUploadWriter final : public UploadWriter {
 public:
  FileUploadWriter(const FileTree& files, Fd file, Tenant tenant)
      : files_(files), file_(std::move(file)), tenant_(std::move(tenant)) {}

  Result<void> write(std::span<const char> bytes) override {
    if (!file_) return ended();
    if (auto written = write_all(file_, bytes); !written) {
      file_.reset();  // what is in it has a hole: it must never be committed
      return written;
    }
    hash_.update(bytes);
    bytes_ += bytes.size();
    return {};
  }

  Result<Upload> commit() override {
    if (!file_) return ended();
    Upload upload{.id = new_upload_id(), .bytes = bytes_, .sha256 = hex(hash_.finish())};
    note_content_hash(file_, upload.sha256);
    auto kept = note_owner(files_, upload.id, tenant_);
    if (kept) kept = files_.keep(file_, upload.id.text);
    file_.reset();
    if (!kept) return fail(kept.error());
    return upload;
  }

 private:
  static tl::unexpected<Error> ended() { return fail(Errc::internal, "the upload has ended"); }

  const FileTree& files_;
  Fd file_;
  Tenant tenant_;
  Sha256 hash_;
  std::uint64_t bytes_ = 0;
};

tl::unexpected<Error> no_such_upload() { return fail(Errc::not_found, "There is no such upload."); }

/// Ids in general come from outside, and must not lead out of the folder.
bool is_valid(const UploadId& id) { return parse_upload_id(id.text).has_value(); }

}  // namespace

FileUploadStore::FileUploadStore(const std::string& data_dir) : files_(data_dir + "/uploads") {}

Result<std::unique_ptr<UploadWriter>> FileUploadStore::begin(const Tenant& tenant) {
  auto file = files_.create();
  if (!file) return fail(file.error());
  return std::make_unique<FileUploadWriter>(files_, std::move(*file), tenant);
}

Result<Fd> FileUploadStore::open(const UploadId& id) {
  if (!is_valid(id)) return no_such_upload();
  auto file = files_.open(id.text);
  if (!file && file.error().code == Errc::not_found) return no_such_upload();
  return file;
}

Result<Fd> FileUploadStore::open(const Tenant& tenant, const UploadId& id) {
  if (!is_valid(id)) return no_such_upload();
  if (auto owned = check_owner(files_, id, tenant); !owned) return fail(std::move(owned.error()));
  return open(id);
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
