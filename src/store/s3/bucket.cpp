#include "store/s3/bucket.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "store/s3/xml.hpp"

namespace platen::s3 {

namespace {

constexpr std::string_view note_prefix = "x-amz-meta-";
constexpr std::size_t hashed_at_once_bytes = 256 * 1024;
constexpr std::uint64_t most_parts = 10'000;                               // S3's own
constexpr std::chrono::seconds longest_link = std::chrono::hours(24 * 7);  // S3's own
constexpr std::size_t most_names = 1'000;
constexpr int most_pages = 10;
constexpr int ok_status = 200;
constexpr int no_content_status = 204;
constexpr std::chrono::seconds check_every{1};

Result<std::string> hash_of(const Fd& file, std::uint64_t offset, std::uint64_t bytes) {
  Sha256 hash;
  std::vector<char> buffer(hashed_at_once_bytes);
  while (bytes > 0) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), bytes));
    const ssize_t got = ::pread(file.get(), buffer.data(), wanted, static_cast<off_t>(offset));
    if (got <= 0) return fail(Errc::unavailable, "The file cannot be read back.");
    hash.update(std::span(buffer.data(), static_cast<std::size_t>(got)));
    offset += static_cast<std::uint64_t>(got);
    bytes -= static_cast<std::uint64_t>(got);
  }
  return hex(hash.finish());
}

/// A file without a name has one here.
std::string path_of(const Fd& file) { return fmt::format("/proc/self/fd/{}", file.get()); }

std::string text_hash(std::string_view text) {
  Sha256 hash;
  hash.update(std::span(text.data(), text.size()));
  return hex(hash.finish());
}

/// S3's form of the time so long ago: compares as text.
std::string time_before(std::chrono::seconds age) {
  const auto moment = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() - age);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(moment));
}

ObjectInfo info_in(const net::HttpResponse& answer) {
  ObjectInfo info;
  if (const auto length = answer.headers.find("content-length"); length != answer.headers.end())
    std::from_chars(length->second.data(), length->second.data() + length->second.size(), info.bytes);
  for (const auto& [name, value] : answer.headers)
    if (name.starts_with(note_prefix)) info.notes[name.substr(note_prefix.size())] = value;
  return info;
}

}  // namespace

Bucket::Bucket(Target target) : client_(std::move(target)) {}

Result<void> Bucket::put(const std::string& name, const Fd& file, const Params& notes,
                         const StillWanted& still_wanted) {
  const auto bytes = size_of(file);
  if (!bytes) return fail(bytes.error());
  Params headers;
  for (const auto& [note, value] : notes) headers[std::string(note_prefix).append(note)] = value;
  headers["content-type"] = "application/octet-stream";
  const bool in_parts = *bytes > client_.target().part_bytes;
  return in_parts ? put_in_parts(key_of(name), file, *bytes, headers, still_wanted)
                  : put_whole(key_of(name), file, *bytes, headers, still_wanted);
}

Result<void> Bucket::put_whole(const std::string& key, const Fd& file, std::uint64_t bytes, const Params& headers,
                               const StillWanted& still_wanted) {
  auto sha256 = hash_of(file, 0, bytes);
  if (!sha256) return fail(std::move(sha256.error()));
  const Call call{.method = "PUT",
                  .key = key,
                  .headers = headers,
                  .body = net::FileBody{path_of(file), 0, bytes},
                  .payload_sha256 = *std::move(sha256)};
  const auto answer = client_.send(call, Patience::long_, still_wanted);
  if (!answer) return fail(answer.error());
  return {};
}

Result<void> Bucket::put_in_parts(const std::string& key, const Fd& file, std::uint64_t bytes, const Params& headers,
                                  const StillWanted& still_wanted) {
  const auto begun = client_.send({.method = "POST", .key = key, .query = {{"uploads", ""}}, .headers = headers},
                                  Patience::long_, still_wanted);
  if (!begun) return fail(begun.error());
  const auto upload = text_of(begun->body, "UploadId");
  if (!upload || upload->empty()) return client_.complain("the server begins an upload in parts without an UploadId");
  auto done = put_parts(key, *upload, file, bytes, still_wanted).and_then([&](const std::string& parts) {
    return complete(key, *upload, parts, bytes, still_wanted);
  });
  if (done) return {};
  // Parts that stay are paid for, and seen by nobody.
  const auto aborted =
      client_.send({.method = "DELETE", .key = key, .query = {{"uploadId", *upload}}}, Patience::brief);
  if (!aborted && aborted.error().code != Errc::not_found)
    spdlog::warn("store: the parts of {} stay in the bucket, for its lifecycle rule to remove", key);
  return done;
}

Result<std::string> Bucket::put_parts(const std::string& key, const std::string& upload, const Fd& file,
                                      std::uint64_t bytes, const StillWanted& still_wanted) {
  const std::uint64_t part_bytes = std::max(client_.target().part_bytes, (bytes + most_parts - 1) / most_parts);
  std::string list;
  std::uint64_t number = 0;
  for (std::uint64_t offset = 0; offset < bytes; offset += part_bytes) {
    const std::uint64_t length = std::min(part_bytes, bytes - offset);
    auto sha256 = hash_of(file, offset, length);
    if (!sha256) return fail(std::move(sha256.error()));
    const Call call{.method = "PUT",
                    .key = key,
                    .query = {{"partNumber", std::to_string(++number)}, {"uploadId", upload}},
                    .body = net::FileBody{path_of(file), offset, length},
                    .payload_sha256 = *std::move(sha256)};
    const auto answer = client_.send(call, Patience::long_, still_wanted);
    if (!answer) return fail(answer.error());
    const auto etag = answer->headers.find("etag");
    if (etag == answer->headers.end()) return client_.complain("the server takes a part without an ETag");
    list += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", number, escaped(etag->second));
  }
  return list;
}

Result<void> Bucket::complete(const std::string& key, const std::string& upload, const std::string& parts,
                              std::uint64_t bytes, const StillWanted& still_wanted) {
  const std::string body = fmt::format("<CompleteMultipartUpload>{}</CompleteMultipartUpload>", parts);
  const Call call{.method = "POST",
                  .key = key,
                  .query = {{"uploadId", upload}},
                  .headers = {{"content-type", "application/xml"}},
                  .body = body,
                  .payload_sha256 = text_hash(body)};
  const auto answer = client_.send(call, Patience::long_, still_wanted);
  // It may answer 200 long before it is done, and then say in the body that it failed.
  if (answer && !text_of(answer->body, "Code")) return {};
  if (answer) return client_.complain("the server cannot join the parts: " + *text_of(answer->body, "Code"));
  if (answer.error().code != Errc::not_found) return fail(answer.error());
  // No such upload: an answer before this one was lost on its way.
  const auto there = client_.send({.method = "HEAD", .key = key}, Patience::long_, still_wanted);
  if (there && info_in(*there).bytes == bytes) return {};
  return client_.complain("the server has lost the parts of an upload");
}

Result<ObjectInfo> Bucket::get(const std::string& name, const Fd& file, const StillWanted& still_wanted) {
  Result<void> written;
  const Call call{.method = "GET",
                  .key = key_of(name),
                  .on_body =
                      [&](std::string_view bytes) {
                        if (written) written = write_all(file, bytes);
                        return written ? net::Flow::go_on : net::Flow::stop;
                      },
                  .on_begin =
                      [&] {
                        if (::lseek(file.get(), 0, SEEK_SET) != 0 || ::ftruncate(file.get(), 0) != 0)
                          written = fail(Errc::unavailable, "The store cannot be used now. Its log says why.");
                      }};
  const auto answer = client_.send(call, Patience::long_, still_wanted);
  if (!written) return fail(written.error());
  if (!answer) return fail(answer.error());
  if (::lseek(file.get(), 0, SEEK_SET) != 0) return fail(Errc::internal, "the file cannot be sought");
  const auto bytes = size_of(file);
  ObjectInfo info = info_in(*answer);
  if (!bytes || *bytes != info.bytes) return client_.complain("an object came with another size than was announced");
  return info;
}

Result<ObjectInfo> Bucket::find(const std::string& name) {
  const auto answer = client_.send({.method = "HEAD", .key = key_of(name)}, Patience::brief);
  if (!answer) return fail(answer.error());
  return info_in(*answer);
}

Result<void> Bucket::remove(const std::string& name) {
  const auto answer = client_.send({.method = "DELETE", .key = key_of(name)}, Patience::brief);
  if (!answer && answer.error().code != Errc::not_found) return fail(answer.error());
  return {};
}

Result<std::string> Bucket::link(const std::string& name, const Handout& handout) {
  const Call call{.method = handout.method,
                  .key = key_of(name),
                  .query = {{"response-cache-control", "private, no-store"},
                            {"response-content-disposition", handout.disposition},
                            {"response-content-type", "application/pdf"}}};
  return client_.link(call, std::clamp(handout.lifetime, std::chrono::seconds(1), longest_link));
}

Result<std::vector<std::string>> Bucket::older_than(const std::string& folder, std::chrono::seconds age) {
  const std::string cutoff = time_before(age);
  const std::string prefix = key_of(folder);
  std::string after = (*seen_up_to_.lock())[folder];
  std::vector<std::string> names;
  for (int page = 0; page < most_pages && names.size() < most_names; ++page) {
    Params query{{"list-type", "2"}, {"prefix", prefix}};
    if (!after.empty()) query["start-after"] = after;
    const auto answer = client_.send({.query = query}, Patience::brief);
    if (!answer) return fail(answer.error());
    for (const std::string_view object : all_of(answer->body, "Contents")) {
      if (names.size() == most_names) break;
      const auto key = text_of(object, "Key");
      const auto modified = text_of(object, "LastModified");
      if (!key || !modified || !key->starts_with(prefix)) continue;
      after = *key;
      if (*modified < cutoff) names.push_back(key->substr(prefix.size()));
    }
    const bool is_last = text_of(answer->body, "IsTruncated") != "true" && names.size() < most_names;
    if (is_last) after.clear();
    if (is_last) break;
  }
  (*seen_up_to_.lock())[folder] = after;
  return names;
}

std::size_t Bucket::abort_older_than(const std::string& folder, std::chrono::seconds age) {
  const std::string cutoff = time_before(age);
  const std::string prefix = key_of(folder);
  Params query{{"uploads", ""}, {"prefix", prefix}};
  std::size_t aborted = 0;
  for (int page = 0; page < most_pages; ++page) {
    const auto answer = client_.ask({.query = query});
    const bool is_hidden = !answer || answer->status != ok_status;
    if (!std::exchange(*parts_are_hidden_.lock(), is_hidden) && is_hidden)
      spdlog::warn(
          "store: the bucket {} does not list uploads in parts ({}), so those that a crash left stay until a "
          "lifecycle rule removes them",
          client_.target().bucket, answer ? text_of(answer->body, "Code").value_or("no") : answer.error().detail);
    if (is_hidden) break;
    for (const std::string_view upload : all_of(answer->body, "Upload")) {
      const auto key = text_of(upload, "Key");
      const auto id = text_of(upload, "UploadId");
      const auto begun = text_of(upload, "Initiated");
      if (!key || !id || !begun || !key->starts_with(prefix) || *begun >= cutoff) continue;
      const auto gone = client_.ask({.method = "DELETE", .key = *key, .query = {{"uploadId", *id}}});
      if (gone && gone->status == no_content_status) ++aborted;
    }
    if (text_of(answer->body, "IsTruncated") != "true") break;
    query["key-marker"] = text_of(answer->body, "NextKeyMarker").value_or("");
    query["upload-id-marker"] = text_of(answer->body, "NextUploadIdMarker").value_or("");
  }
  if (aborted > 0)
    spdlog::info("store: the parts of {} uploads below {} that were never ended are removed", aborted, prefix);
  return aborted;
}

Result<void> Bucket::check() {
  auto checked = checked_.lock();  // whoever else asks waits for this answer
  const auto now = std::chrono::steady_clock::now();
  if (now < checked->until) return checked->outcome;
  const auto answer = client_.send(
      {.query = {{"list-type", "2"}, {"max-keys", "1"}, {"prefix", client_.target().prefix}}}, Patience::brief);
  checked->outcome = {};
  if (!answer)
    checked->outcome = answer.error().code == Errc::not_found
                           ? client_.complain("the server has no list of the bucket's objects")
                           : fail(answer.error());
  checked->until = std::chrono::steady_clock::now() + check_every;
  return checked->outcome;
}

}  // namespace platen::s3
