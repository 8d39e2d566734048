#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/fd.hpp"
#include "cli/commands.hpp"

namespace platen::cli {

namespace {

constexpr int most_failures = 30;  // in a row, without a byte more on the server
constexpr std::chrono::milliseconds first_pause{250};
constexpr std::chrono::milliseconds longest_pause{5'000};
constexpr std::chrono::seconds longest_asked{600};  // a server that wants to be left alone for longer is not waited for

Exit complain(Console& console, const Error& error) {
  console.complain(error);
  return exit_of(error.code);
}

Result<std::uint64_t> bytes_of(const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return fail(Errc::not_found, fmt::format("cannot read '{}': {}", path, errno_text(errno)));
  const auto bytes = size_of(file);
  if (bytes && *bytes == 0) return fail(Errc::invalid_request, fmt::format("'{}' is empty", path));
  return bytes;
}

/// Whether the same request may do better in a moment. A conflict is another sender, mostly our own of before.
bool may_pass(Errc code) {
  return code == Errc::unavailable || code == Errc::busy || code == Errc::timed_out || code == Errc::conflict;
}

/// How long to wait before the request after this one's failure; nullopt: it is of no use.
std::optional<std::chrono::milliseconds> pause_after(const Error& error, int failures) {
  const auto ours = std::min(first_pause * failures, longest_pause);
  if (!error.retry_after) return may_pass(error.code) ? std::optional(ours) : std::nullopt;
  if (*error.retry_after > longest_asked) return std::nullopt;
  return std::max<std::chrono::milliseconds>(*error.retry_after, ours);
}

Result<RemoteUpload> begin(Context context, const UploadOptions& options, std::uint64_t bytes) {
  if (options.resume.empty())
    return patiently(
        context, [&] { return context.api.begin_upload(bytes); }, {}, longest_asked);
  auto there = patiently(
      context, [&] { return context.api.find_upload(options.resume); }, {}, longest_asked);
  if (there && there->length != bytes)
    return fail(Errc::invalid_request, fmt::format("'{}' has {} bytes, the upload {}: it is of another file",
                                                   options.file, bytes, there->length));
  return there;
}

/// Sends until the upload is whole, from wherever the server has come to.
Result<RemoteUpload> send_all(Context context, RemoteUpload upload, const std::string& path) {
  int failures = 0;
  while (!upload.is_whole) {
    auto sent = context.api.send_upload(
        upload, path, [&](std::uint64_t bytes, std::uint64_t all) { context.console.show_upload({}, bytes, all); });
    if (sent) {
      upload = std::move(*sent);
      continue;
    }
    const auto pause = pause_after(sent.error(), ++failures);
    if (!pause || failures > most_failures) return sent;
    context.console.note(sent.error().retry_after
                             ? fmt::format("{} Going on in {}.", sent.error().detail, duration_text(*pause))
                             : fmt::format("the upload broke off ({}); trying again", sent.error().detail));
    if (!context.api.pause(*pause)) return fail(Errc::canceled, "stopped");
    // This asks too, and may be put off likewise: then the next part's refusal tells.
    if (const auto there = context.api.find_upload(upload.id)) {
      if (there->offset > upload.offset) failures = 0;
      upload = *there;
    } else if (!pause_after(there.error(), failures)) {
      return there;
    }
  }
  return upload;
}

}  // namespace

Exit upload(Context context, const UploadOptions& options) {
  const auto bytes = bytes_of(options.file);
  if (!bytes) return complain(context.console, bytes.error());
  const auto begun = begin(context, options, *bytes);
  if (!begun) return complain(context.console, begun.error());
  const auto whole = send_all(context, *begun, options.file);
  if (whole) {
    context.console.result(context.console.format() == Format::json ? whole->json : whole->id);
    return Exit::ok;
  }
  context.console.note(
      fmt::format("To go on: platen upload {} --resume {} --server {}", options.file, begun->id, context.api.server()));
  return whole.error().code == Errc::canceled ? Exit::detached : complain(context.console, whole.error());
}

}  // namespace platen::cli
