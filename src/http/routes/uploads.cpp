#include <fmt/format.h>

#include <utility>

#include "base/log.hpp"
#include "http/content_range.hpp"
#include "http/digest_field.hpp"
#include "http/routes/handlers.hpp"
#include "http/text.hpp"

namespace platen::http {

namespace {

tl::unexpected<Error> no_such_upload() { return fail(Errc::not_found, "There is no such upload."); }

Result<UploadId> upload_id_in(std::string_view path) {
  auto id = parse_upload_id(path.substr(path.rfind('/') + 1));
  if (!id) return no_such_upload();
  return *std::move(id);
}

Result<UploadProgress> progress_of(const Services& services, const Tenant& tenant, const std::string& path) {
  return upload_id_in(path).and_then([&](const UploadId& id) { return services.unfinished.find(tenant, id); });
}

std::string encoded(const UploadProgress& progress) {
  if (!progress.is_whole)
    return fmt::format(R"({{"id":"{}","offset":{},"length":{}}})", progress.id.text, progress.offset, progress.length);
  const std::string sha256 = progress.sha256.empty() ? "null" : "\"" + progress.sha256 + "\"";
  return fmt::format(R"({{"id":"{}","bytes":{},"sha256":{}}})", progress.id.text, progress.length, sha256);
}

/// How far the upload is, in the fields of draft-ietf-httpbis-resumable-upload.
void add_progress(const UploadProgress& progress, Reply& reply) {
  reply.header("Upload-Offset", std::to_string(progress.offset));
  reply.header("Upload-Length", std::to_string(progress.length));
  reply.header("Upload-Complete", progress.is_whole ? "?1" : "?0");
  reply.header("Cache-Control", "no-store");
}

Result<std::uint64_t> length_in(const Services& services, const Request& request) {
  const auto length = parse_number(request.get_header_value("Upload-Length"));
  if (!length || *length == 0)
    return fail(Errc::invalid_request, "Upload-Length is the number of bytes of the file, at least 1.");
  if (*length > services.upload_limit_bytes)
    return fail(Errc::too_large, fmt::format("The file may have {} bytes at most; Upload-Length says {}.",
                                             services.upload_limit_bytes, *length));
  return *length;
}

/// An upload that later requests will fill.
void create_upload(const Services& services, const Request& request, Reply& reply) {
  const auto progress = length_in(services, request).and_then([&](std::uint64_t length) {
    return sha256_in(request.headers, "Repr-Digest").and_then([&](std::optional<std::string> sha256) {
      return services.unfinished.create({reply.tenant(), length, std::move(sha256)});
    });
  });
  if (!progress) return reply.problem(progress.error());
  add_progress(*progress, reply);
  reply.header("Location", fmt::format("{}/v1/uploads/{}", services.public_url, progress->id.text));
  reply.json(201, encoded(*progress));
}

/// Whether what arrived is what the request's head said of it.
Result<void> check_sent(const Request& request, const Upload& upload) {
  for (const char* name : {"Repr-Digest", "Content-Digest"}) {
    const auto said = sha256_in(request.headers, name);
    if (!said) return fail(said.error());
    if (*said && **said != upload.sha256)
      return fail(Errc::bad_data, fmt::format("The file that arrived has the SHA-256 {}, which is not that of {}. "
                                              "It is not kept.",
                                              upload.sha256, name));
  }
  const std::string length = request.get_header_value("Upload-Length");
  if (!length.empty() && parse_number(length) != upload.bytes)
    return fail(Errc::invalid_request,
                fmt::format("The body has {} bytes, which is not what Upload-Length says. To send the file in parts, "
                            "leave the body of this request empty and PUT them.",
                            upload.bytes));
  return {};
}

/// The bytes of the file that the body is to be.
Result<ByteRange> range_of(const PartHead& head, const UploadProgress& progress) {
  const auto field = head.headers.find("Content-Range");
  ByteRange range{0, progress.length};
  if (field != head.headers.end()) {
    const auto said = parse_content_range(field->second);
    if (!said || head.headers.count("Content-Range") > 1)
      return fail(Errc::invalid_request, "Content-Range looks like 'bytes 0-99/1234': first, last, all.");
    if (said->total != progress.length)
      return fail(Errc::invalid_request,
                  fmt::format("Content-Range says that the file has {} bytes; it was announced with {}.", said->total,
                              progress.length));
    range = said->range.value_or(ByteRange{progress.offset, 0});
  }
  if (head.body_bytes && *head.body_bytes != range.length)
    return fail(Errc::invalid_request,
                fmt::format("The body has {} bytes, but {} says {}.", *head.body_bytes,
                            field == head.headers.end() ? "Upload-Length" : "Content-Range", range.length));
  return range;
}

}  // namespace

void discard(const Services& services, const Upload& upload) {
  if (const auto removed = services.uploads.remove(upload.id); !removed)
    log_line(spdlog::level::warn, "an upload without a job stays for the janitor",
             {{"upload", upload.id.text}, {"reason", removed.error().detail}});
}

void store_upload(const Services& services, const Request& request, Reply& reply) {
  const auto& upload = reply.upload();
  if (!upload || upload->bytes == 0) {
    if (upload) discard(services, *upload);
    if (request.has_header("Upload-Length")) return create_upload(services, request, reply);
    return reply.problem({Errc::invalid_request,
                          "The body is empty: send the file as the body, or Upload-Length alone to send it in parts."});
  }
  if (const auto sound = check_sent(request, *upload); !sound) {
    discard(services, *upload);
    return reply.problem(sound.error());
  }
  reply.json(201, encoded({upload->id, upload->bytes, upload->bytes, true, upload->sha256}));
}

void show_upload(const Services& services, const Request& request, Reply& reply) {
  const auto progress = progress_of(services, reply.tenant(), request.path);
  if (!progress) return reply.problem(progress.error());
  add_progress(*progress, reply);
  reply.json(200, encoded(*progress));
}

void discard_upload(const Services& services, const Request& request, Reply& reply) {
  const auto discarded = upload_id_in(request.path).and_then([&](const UploadId& id) {
    return services.unfinished.discard(reply.tenant(), id);
  });
  if (!discarded) return reply.problem(discarded.error());
  reply.empty(204);
}

Result<OpenedPart> open_part(const Services& services, const PartHead& head) {
  const auto progress = progress_of(services, head.tenant, head.path);
  if (!progress) return fail(progress.error());
  const auto range = range_of(head, *progress);
  if (!range) return fail(range.error());
  auto sha256 = sha256_in(head.headers, "Content-Digest");
  if (!sha256) return fail(sha256.error());
  auto whole_sha256 = sha256_in(head.headers, "Repr-Digest");
  if (!whole_sha256) return fail(whole_sha256.error());
  auto part = services.unfinished.append(head.tenant, progress->id, range->offset);
  if (!part) return fail(part.error());
  return OpenedPart{*std::move(part), range->length, *std::move(sha256), *std::move(whole_sha256)};
}

void append_to_upload(const Services& services, const Request& request, Reply& reply) {
  const auto& part = *reply.part();
  const auto progress = part ? part : progress_of(services, reply.tenant(), request.path);
  if (progress) add_progress(*progress, reply);
  if (!part) return reply.problem(part.error());
  reply.json(progress->is_whole ? 201 : 200, encoded(*progress));
}

}  // namespace platen::http
