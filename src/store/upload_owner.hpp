// Whose an upload is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platen/error.hpp"
#include "platen/ids.hpp"
#include "store/file_tree.hpp"

namespace platen {

/// The name of the file beside an upload that holds its tenant; an upload of `default` has none.
[[nodiscard]] std::string owner_file(const UploadId& id);
/// The upload of such a name; nullopt for every other.
[[nodiscard]] std::optional<UploadId> upload_of_owner_file(std::string_view name);

/// To be called before the upload has its name: nobody may see it as another's for a moment. Repeatable.
[[nodiscard]] Result<void> note_owner(const FileTree& uploads, const UploadId& id, const Tenant& tenant);
/// `not_found`, with a sentence for the client, where it is another tenant's.
[[nodiscard]] Result<void> check_owner(const FileTree& uploads, const UploadId& id, const Tenant& tenant);

}  // namespace platen
