#include "http/upload_sink.hpp"

#include <string>
#include <utility>

#include "base/crypto.hpp"
#include "http/multipart_reader.hpp"
#include "http/upload_session.hpp"

namespace platen::http {

namespace {

constexpr std::string_view job_part = "job";
constexpr std::string_view data_part = "data";

using Writer = std::unique_ptr<UploadWriter>;

Result<void> commit(UploadWriter& writer, Exchange& exchange) {
  auto upload = writer.commit();
  if (!upload) return fail(std::move(upload.error()));
  exchange.upload = *std::move(upload);
  return {};
}

class FileUpload final : public UploadSink {
 public:
  explicit FileUpload(Writer writer) : writer_(std::move(writer)) {}
  Result<void> write(std::string_view data) override { return writer_->write({data.data(), data.size()}); }
  Result<void> finish(Exchange& exchange) override { return commit(*writer_, exchange); }

 private:
  Writer writer_;
};

/// Sorts the two parts of a form: `job` into memory, `data` into the store.
class FormUpload final : public UploadSink, private PartSink {
 public:
  FormUpload(Writer writer, std::string_view boundary, std::size_t job_limit_bytes)
      : writer_(std::move(writer)), job_limit_bytes_(job_limit_bytes), reader_(boundary, *this) {}

  Result<void> write(std::string_view data) override { return reader_.feed(data); }
  Result<void> finish(Exchange& exchange) override {
    if (auto whole = reader_.finish(); !whole) return whole;
    if (!has_job_) return fail(Errc::invalid_request, "The part 'job' is missing.");
    if (!has_data_) return fail(Errc::invalid_request, "The part 'data' is missing.");
    exchange.body = std::move(job_);
    return commit(*writer_, exchange);
  }

 private:
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
    if (in_data_) return writer_->write({data.data(), data.size()});
    if (job_.size() + data.size() > job_limit_bytes_)
      return fail(Errc::too_large, "The part 'job' is larger than it may be.");
    job_ += data;
    return {};
  }
  Result<void> on_part_end() override { return {}; }

  Writer writer_;
  std::size_t job_limit_bytes_;
  MultipartReader reader_;
  std::string job_;
  bool has_job_ = false;
  bool has_data_ = false;
  bool in_data_ = false;
};

class PartUpload final : public UploadSink {
 public:
  explicit PartUpload(Result<OpenedPart> opened) : opened_(std::move(opened)) {
    if (!opened_) refused_ = opened_.error();
  }

  Result<void> write(std::string_view data) override {
    if (refused_) return {};
    if (data.size() > opened_->bytes - bytes_) {
      refused_ = Error{Errc::invalid_request, "The body is longer than was said. What came before is kept.", {}};
      return {};
    }
    if (opened_->sha256) hash_.update({data.data(), data.size()});
    if (auto written = opened_->part->write({data.data(), data.size()}); !written) refused_ = written.error();
    bytes_ += data.size();
    return {};
  }
  bool has_enough() const override { return refused_.has_value(); }
  Result<void> finish(Exchange& exchange) override {
    exchange.part = refused_ ? Result<UploadProgress>(fail(*refused_)) : conclude();
    return {};
  }

 private:
  Result<UploadProgress> conclude() {
    if (bytes_ < opened_->bytes)
      return fail(Errc::invalid_request, "The body is shorter than was said. What arrived is kept.");
    if (opened_->sha256 && hex(hash_.finish()) != *opened_->sha256) {
      if (auto withdrawn = opened_->part->withdraw(); !withdrawn) return fail(withdrawn.error());
      return fail(Errc::bad_data, "The part that arrived is not the one of Content-Digest. Send it again.");
    }
    return opened_->part->finish(opened_->whole_sha256);
  }

  Result<OpenedPart> opened_;
  std::optional<Error> refused_;
  Sha256 hash_;
  std::uint64_t bytes_ = 0;
};

}  // namespace

Result<std::unique_ptr<UploadSink>> open_sink(const UploadOrder& order, UploadStore& store, const Limits& limits) {
  if (order.open_part != nullptr)
    return std::make_unique<PartUpload>((*order.open_part)({order.exchange->path, order.exchange->visitor.tenant(),
                                                            order.exchange->headers, order.body.announced_bytes()}));
  std::string boundary;
  if (order.is_form) {
    auto named = boundary_of(order.content_type);
    if (!named) return fail(std::move(named.error()));
    boundary = *std::move(named);
  }
  auto writer = store.begin(order.exchange->visitor.tenant());
  if (!writer) return fail(std::move(writer.error()));
  if (order.is_form) return std::make_unique<FormUpload>(*std::move(writer), boundary, limits.json_bytes);
  return std::make_unique<FileUpload>(*std::move(writer));
}

}  // namespace platen::http
