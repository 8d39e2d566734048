#include "store/draft_upload.hpp"

#include <utility>

namespace platen {

namespace {

tl::unexpected<Error> ended() { return fail(Errc::internal, "the upload has ended"); }

}  // namespace

DraftUpload::DraftUpload(WholeUploads& whole, Fd file, Tenant tenant)
    : whole_(whole), file_(std::move(file)), tenant_(std::move(tenant)) {}

Result<void> DraftUpload::write(std::span<const char> bytes) {
  if (!file_) return ended();
  if (auto written = write_all(file_, bytes); !written) {
    file_.reset();  // what is in it has a hole: it must never be committed
    return written;
  }
  hash_.update(bytes);
  bytes_ += bytes.size();
  return {};
}

Result<Upload> DraftUpload::commit() {
  if (!file_) return ended();
  Upload upload{.id = new_upload_id(), .bytes = bytes_, .sha256 = hex(hash_.finish())};
  const auto kept = whole_.keep(file_, upload, tenant_);
  file_.reset();
  if (!kept) return fail(kept.error());
  return upload;
}

}  // namespace platen
