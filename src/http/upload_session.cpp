#include "http/upload_session.hpp"

#include <memory>

#include "base/crypto.hpp"
#include "http/body_source.hpp"
#include "http/multipart_reader.hpp"

namespace platen::http {

namespace {

constexpr std::string_view job_part = "job";
constexpr std::string_view data_part = "data";

/// Sorts the two parts of a form: `job` into memory, `data` into the store.
class FormSink final : public PartSink {
 public:
  FormSink(UploadWriter& writer, std::size_t job_limit_bytes) : writer_(writer), job_limit_bytes_(job_limit_bytes) {}

  Result<void> on_part(const Part& part) override {
    bool& had = part.name == data_part ? has_data_ : has_job_;
    if (part.name != job_part && part.name != data_part)
      return fail(Errc::invalid_request, "There is no part '" + part.name + "': send 'job' and 'data'.");
    if (had) return fail(Errc::invalid_request, "The part '" + part.name + "' is there twice.");
    had = true;
    in_data_ = part.name == data_part;
    return {};
  }
  Result<void> on_data(std::string_view data) override {
    if (in_data_) return writer_.write({data.data(), data.size()});
    if (job_.size() + data.size() > job_limit_bytes_)
      return fail(Errc::too_large, "The part 'job' is larger than it may be.");
    job_ += data;
    return {};
  }
  Result<void> on_part_end() override { return {}; }

  /// The part `job`, when all is there.
  [[nodiscard]] Result<std::string> conclude() {
    if (!has_job_) return fail(Errc::invalid_request, "The part 'job' is missing.");
    if (!has_data_) return fail(Errc::invalid_request, "The part 'data' is missing.");
    return std::move(job_);
  }

 private:
  UploadWriter& writer_;
  std::size_t job_limit_bytes_;
  std::string job_;
  bool has_job_ = false;
  bool has_data_ = false;
  bool in_data_ = false;
};

using Received = tl::expected<void, UploadFailure>;

tl::unexpected<UploadFailure> failed(Error error) {
  return tl::unexpected<UploadFailure>(UploadFailure{.error = std::move(error)});
}

Received receive_file(BodySource& source, UploadWriter& writer) {
  for (;;) {
    auto data = source.next();
    if (!data) return tl::unexpected(std::move(data).error());
    if (data->empty()) return {};
    if (auto written = writer.write({data->data(), data->size()}); !written) return failed(written.error());
  }
}

Received receive_form(BodySource& source, UploadWriter& writer, UploadOrder& order, std::size_t job_limit_bytes) {
  const auto boundary = boundary_of(order.content_type);
  if (!boundary) return failed(boundary.error());
  FormSink sink(writer, job_limit_bytes);
  MultipartReader reader(*boundary, sink);
  for (;;) {
    auto data = source.next();
    if (!data) return tl::unexpected(std::move(data).error());
    if (data->empty()) break;
    if (auto fed = reader.feed(*data); !fed) return failed(fed.error());
  }
  if (auto whole = reader.finish(); !whole) return failed(whole.error());
  auto job = sink.conclude();
  if (!job) return failed(job.error());
  order.exchange->body = *std::move(job);
  return {};
}

Result<UploadProgress> conclude_part(OpenedPart& opened, std::uint64_t bytes, Sha256& hash) {
  if (bytes < opened.bytes)
    return fail(Errc::invalid_request, "The body is shorter than was said. What arrived is kept.");
  if (opened.sha256 && hex(hash.finish()) != *opened.sha256) {
    if (auto withdrawn = opened.part->withdraw(); !withdrawn) return fail(withdrawn.error());
    return fail(Errc::bad_data, "The part that arrived is not the one of Content-Digest. Send it again.");
  }
  return opened.part->finish(opened.whole_sha256);
}

Received receive_part(BodySource& source, UploadOrder& order) {
  Exchange& exchange = *order.exchange;
  auto opened = (*order.open_part)({exchange.path, exchange.headers, order.body.announced_bytes()});
  if (!opened) {
    exchange.part = fail(std::move(opened.error()));
    return {};
  }
  Sha256 hash;
  std::uint64_t bytes = 0;
  for (;;) {
    auto data = source.next();
    if (!data) return tl::unexpected(std::move(data).error());
    if (data->empty()) break;
    if (data->size() > opened->bytes - bytes) {
      exchange.part = fail(Errc::invalid_request, "The body is longer than was said. What came before is kept.");
      return {};
    }
    if (opened->sha256) hash.update({data->data(), data->size()});
    if (auto written = opened->part->write({data->data(), data->size()}); !written) {
      exchange.part = fail(written.error());
      return {};
    }
    bytes += data->size();
  }
  exchange.part = conclude_part(*opened, bytes, hash);
  return {};
}

}  // namespace

Received receive_upload(UploadOrder& order, UploadStore& store, const Limits& limits, const std::stop_token& stop) {
  BodySource source(order, limits, stop);
  if (order.open_part != nullptr) return receive_part(source, order);
  auto writer = store.begin();
  if (!writer) return failed(writer.error());
  auto received =
      order.is_form ? receive_form(source, **writer, order, limits.json_bytes) : receive_file(source, **writer);
  if (!received) return received;
  auto upload = (*writer)->commit();
  if (!upload) return failed(upload.error());
  order.exchange->upload = *std::move(upload);
  return {};
}

}  // namespace platen::http
