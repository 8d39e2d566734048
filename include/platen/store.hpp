// Where uploads and finished reports are kept.
#pragma once

#include <chrono>
#include <cstdint>
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
  [[nodiscard]] virtual Result<std::unique_ptr<UploadWriter>> begin() = 0;
  /// A descriptor for reading from the start, or `not_found`.
  [[nodiscard]] virtual Result<Fd> open(const UploadId& id) = 0;
  /// Removing what is not there is no error.
  [[nodiscard]] virtual Result<void> remove(const UploadId& id) = 0;
  /// Uploads, half-written ones included, untouched for longer than `age`; at most 1,000.
  [[nodiscard]] virtual Result<std::vector<UploadId>> older_than(std::chrono::seconds age) = 0;
  /// Whether a file can be written now.
  [[nodiscard]] virtual Result<void> check() = 0;
};

/// The stored name of what a lease's holder drew: `<job>.<token>.pdf`. Each attempt has its own.
[[nodiscard]] std::string artifact_name(const JobId& job, LeaseToken token);
/// The job of such a name; nullopt for any text that `artifact_name` does not make, so that what passes is safe
/// as a file's name.
[[nodiscard]] std::optional<JobId> job_of_artifact(std::string_view name);

/// Reports that workers made, under the names above. Threads: any.
class ArtifactStore {
 public:
  virtual ~ArtifactStore() = default;
  /// An unnamed file to draw into, readable and writable; gone when closed without `keep`.
  [[nodiscard]] virtual Result<Fd> create() = 0;
  /// Gives the file its name once its bytes are durable. Repeatable.
  [[nodiscard]] virtual Result<void> keep(const Fd& file, std::string_view name) = 0;
  [[nodiscard]] virtual Result<Fd> open(std::string_view name) = 0;
  /// Removing what is not there is no error.
  [[nodiscard]] virtual Result<void> remove(std::string_view name) = 0;
  /// Names untouched for longer than `age`; at most 1,000.
  [[nodiscard]] virtual Result<std::vector<std::string>> older_than(std::chrono::seconds age) = 0;
  [[nodiscard]] virtual Result<void> check() = 0;
};

}  // namespace platen
