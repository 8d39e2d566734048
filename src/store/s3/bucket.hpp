// Files as objects of a bucket.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"
#include "base/guarded.hpp"
#include "store/s3/client.hpp"

namespace platen::s3 {

/// What is known of an object without reading it.
struct ObjectInfo {
  std::uint64_t bytes = 0;
  Params notes = {};  ///< its metadata, `x-amz-meta-` left out of the names
};

/// Names are given without the prefix, and have nothing that would have to be escaped. Owns: the connections.
/// Threads: any. Errors: as Client's.
class Bucket {
 public:
  explicit Bucket(Target target);

  /// Sends the whole file, in parts where it is large: a part that fails is sent again, and a failure for good removes
  /// all of them. The server checks each request's SHA-256. Repeatable.
  [[nodiscard]] Result<void> put(const std::string& name, const Fd& file, const Params& notes,
                                 const StillWanted& still_wanted);
  /// Writes the object into `file`, which is empty, and leaves it at its start.
  [[nodiscard]] Result<ObjectInfo> get(const std::string& name, const Fd& file, const StillWanted& still_wanted);
  [[nodiscard]] Result<ObjectInfo> find(const std::string& name);
  /// Removing what is not there is no error.
  [[nodiscard]] Result<void> remove(const std::string& name);
  /// A URL that works for so long; without asking the server whether there is such an object.
  [[nodiscard]] Result<std::string> link(const std::string& name, const Handout& handout);
  /// Names below `folder` (`uploads/`) of objects older than `age`, that left out; at most a thousand, and of at most
  /// ten thousand looked at. It goes on where the last call ended, so that in time it sees all.
  [[nodiscard]] Result<std::vector<std::string>> older_than(const std::string& folder, std::chrono::seconds age);
  /// Removes the parts of uploads below `folder` that were begun longer than `age` ago and never ended, as a process
  /// leaves them that is killed; how many uploads. A server that has no list of them, or shows it to others, is told of
  /// in the log once, and is no error: they are for its lifecycle rule then.
  [[nodiscard]] std::size_t abort_older_than(const std::string& folder, std::chrono::seconds age);
  /// Whether the server answers, knows the credentials and has the bucket. Asks once a second at most.
  [[nodiscard]] Result<void> check();

 private:
  struct Checked {
    std::chrono::steady_clock::time_point until;
    Result<void> outcome;
  };

  [[nodiscard]] std::string key_of(const std::string& name) const { return client_.target().prefix + name; }
  [[nodiscard]] Result<void> put_whole(const std::string& key, const Fd& file, std::uint64_t bytes,
                                       const Params& headers, const StillWanted& still_wanted);
  [[nodiscard]] Result<void> put_in_parts(const std::string& key, const Fd& file, std::uint64_t bytes,
                                          const Params& headers, const StillWanted& still_wanted);
  [[nodiscard]] Result<std::string> put_parts(const std::string& key, const std::string& upload, const Fd& file,
                                              std::uint64_t bytes, const StillWanted& still_wanted);
  [[nodiscard]] Result<void> complete(const std::string& key, const std::string& upload, const std::string& parts,
                                      std::uint64_t bytes, const StillWanted& still_wanted);

  Client client_;
  Guarded<Params> seen_up_to_;  ///< by folder: the last key that older_than looked at
  Guarded<Checked> checked_;
  Guarded<bool> parts_are_hidden_{false};  ///< the last time that somebody asked
};

}  // namespace platen::s3
