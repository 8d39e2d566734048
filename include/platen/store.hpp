// Where uploads and finished reports are kept.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platen/error.hpp"
#include "platen/ids.hpp"
#include "platen/lease.hpp"

namespace platen {

/// An open file descriptor that its holder must close. Defined in base/fd.hpp; ports only pass it on.
class Fd;

/// Asked about once a second while a file is on its way to or from a store that is far, which may take minutes:
/// false breaks off, with `canceled`. Empty: it is wanted to the end.
using StillWanted = std::function<bool()>;

/// A stored upload.
struct Upload {
  UploadId id;
  std::uint64_t bytes = 0;
  std::string sha256;  ///< lower-case hex
};

/// An upload that is being written. Dropping it without `commit` leaves nothing behind.
/// Threads: one at a time.
class UploadWriter {
 public:
  virtual ~UploadWriter() = default;
  /// Appends. `unavailable` when the disk is full.
  [[nodiscard]] virtual Result<void> write(std::span<const char> bytes) = 0;
  /// Makes it durable and visible, all of it at once.
  [[nodiscard]] virtual Result<Upload> commit() = 0;
};

/// Files that clients sent. Threads: any.
class UploadStore {
 public:
  virtual ~UploadStore() = default;
  /// It will be the tenant's.
  [[nodiscard]] virtual Result<std::unique_ptr<UploadWriter>> begin(const Tenant& tenant) = 0;
  /// A descriptor for reading from the start, or `not_found`; whoever's it is.
  [[nodiscard]] virtual Result<Fd> open(const UploadId& id, const StillWanted& still_wanted) = 0;
  /// What is known of it without reading it: its hash may be empty. `not_found` too where it is another tenant's.
  [[nodiscard]] virtual Result<Upload> find(const Tenant& tenant, const UploadId& id) = 0;
  /// Removing what is not there is no error.
  [[nodiscard]] virtual Result<void> remove(const UploadId& id) = 0;
  /// Uploads, half-written ones included, untouched for longer than `age`; at most 1,000.
  [[nodiscard]] virtual Result<std::vector<UploadId>> older_than(std::chrono::seconds age) = 0;
  /// Whether a file can be written now.
  [[nodiscard]] virtual Result<void> check() = 0;
};

/// How far an upload has come that arrives in parts.
struct UploadProgress {
  UploadId id;
  std::uint64_t offset = 0;  ///< bytes that are here; the next part begins there
  std::uint64_t length = 0;  ///< of the whole file
  bool is_whole = false;     ///< it is an upload like any other
  std::string sha256 = {};   ///< lower-case hex, of a whole one; empty once that is not known any more
};

/// What an upload that arrives in parts is to be.
struct UploadPlan {
  Tenant tenant;
  std::uint64_t length = 0;                ///< at least 1
  std::optional<std::string> sha256 = {};  ///< that the whole must have; lower-case hex
};

/// One part of an upload, on its way. Nobody else may send a part of the same upload meanwhile.
/// Dropping it keeps what has been written. Threads: one at a time.
class UploadPart {
 public:
  virtual ~UploadPart() = default;
  /// Appends. `unavailable` when the disk is full; what fitted is kept.
  [[nodiscard]] virtual Result<void> write(std::span<const char> bytes) = 0;
  /// Makes it durable. The last part makes the upload whole and visible; `bad_data` when that is not what was
  /// planned, or not `sha256`, and then the upload is gone.
  [[nodiscard]] virtual Result<UploadProgress> finish(const std::optional<std::string>& sha256) = 0;
  /// Takes back what was written of this part, and ends it.
  [[nodiscard]] virtual Result<void> withdraw() = 0;
};

/// Uploads that arrive in parts, over broken connections and restarts. A tenant sees its own only.
/// Threads: any. Any number of these may share the same files, in any process.
class UnfinishedUploads {
 public:
  virtual ~UnfinishedUploads() = default;
  /// `busy` when there are too many.
  [[nodiscard]] virtual Result<UploadProgress> create(const UploadPlan& plan) = 0;
  /// Whole ones too; `not_found` for all else.
  [[nodiscard]] virtual Result<UploadProgress> find(const Tenant& tenant, const UploadId& id) = 0;
  /// `conflict` when `offset` is not where the upload ends, another part is on its way, or it is whole.
  [[nodiscard]] virtual Result<std::unique_ptr<UploadPart>> append(const Tenant& tenant, const UploadId& id,
                                                                   std::uint64_t offset) = 0;
  /// Gives it up. `not_found` when there is none, `conflict` when it is whole or a part is on its way.
  [[nodiscard]] virtual Result<void> discard(const Tenant& tenant, const UploadId& id) = 0;
  /// Removes those to which nothing was added for longer than `age`; how many.
  [[nodiscard]] virtual Result<std::size_t> sweep(std::chrono::seconds age) = 0;
};

/// The stored name of what a lease's holder drew: `<job>.<token>-<first 8 digits of the nonce>.pdf`. Each attempt has
/// its own, also where Redis went back in time and grants a token again.
[[nodiscard]] std::string artifact_name(const Lease& lease);
/// The job of such a name; nullopt for any text that `artifact_name` does not make, so that what passes is safe
/// as a file's name.
[[nodiscard]] std::optional<JobId> job_of_artifact(std::string_view name);

/// How a report is to be handed out by the store itself.
struct Handout {
  std::string method = "GET";        ///< or HEAD
  std::chrono::seconds lifetime{0};  ///< how long the URL works; at least 1 s, and a store may have a limit
  std::string disposition;           ///< the Content-Disposition of the answer
};

/// Reports that workers made, under the names above. Threads: any.
class ArtifactStore {
 public:
  virtual ~ArtifactStore() = default;
  /// An unnamed file to draw into, readable and writable; gone when closed without `keep`.
  [[nodiscard]] virtual Result<Fd> create() = 0;
  /// Gives the file its name once its bytes are durable. Repeatable.
  [[nodiscard]] virtual Result<void> keep(const Fd& file, std::string_view name, const StillWanted& still_wanted) = 0;
  [[nodiscard]] virtual Result<Fd> open(std::string_view name) = 0;
  /// Where clients get it without us, whether or not it is there; nullopt: it is to be opened and sent. Does no I/O
  /// but what its keys need.
  [[nodiscard]] virtual Result<std::optional<std::string>> link(std::string_view name, const Handout& handout) = 0;
  /// Removing what is not there is no error.
  [[nodiscard]] virtual Result<void> remove(std::string_view name) = 0;
  /// Names untouched for longer than `age`; at most 1,000.
  [[nodiscard]] virtual Result<std::vector<std::string>> older_than(std::chrono::seconds age) = 0;
  [[nodiscard]] virtual Result<void> check() = 0;
};

}  // namespace platen
