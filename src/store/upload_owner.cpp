#include "store/upload_owner.hpp"

#include "base/fd.hpp"

namespace platen {

namespace {

constexpr std::string_view suffix = ".tenant";
constexpr std::size_t longest_name = 64;

}  // namespace

std::string owner_file(const UploadId& id) { return std::string(id.text).append(suffix); }

std::optional<UploadId> upload_of_owner_file(std::string_view name) {
  if (!name.ends_with(suffix)) return std::nullopt;
  return parse_upload_id(name.substr(0, name.size() - suffix.size()));
}

Result<void> note_owner(const FileTree& uploads, const UploadId& id, const Tenant& tenant) {
  if (tenant == default_tenant()) return {};
  const auto file = uploads.create();
  if (!file) return fail(file.error());
  if (auto written = write_all(*file, {tenant.text.data(), tenant.text.size()}); !written) return written;
  auto kept = uploads.keep(*file, owner_file(id));
  // It was noted before what came after failed.
  if (!kept && kept.error().code == Errc::conflict) return check_owner(uploads, id, tenant);
  return kept;
}

Result<void> check_owner(const FileTree& uploads, const UploadId& id, const Tenant& tenant) {
  const auto file = uploads.open(owner_file(id));
  if (!file && file.error().code != Errc::not_found) return fail(file.error());
  std::string owner = default_tenant().text;
  if (file) {
    const auto text = read_all(*file, longest_name);
    if (!text) return fail(text.error());
    owner = *text;
  }
  if (owner != tenant.text) return fail(Errc::not_found, "There is no such upload.");
  return {};
}

}  // namespace platen
