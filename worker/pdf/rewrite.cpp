#include "worker/pdf/rewrite.hpp"

#include <fmt/format.h>
#include <qpdf/Pipeline.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFWriter.hh>

#include <cerrno>
#include <exception>
#include <optional>
#include <span>

#include "base/crypto.hpp"

namespace platen::worker::pdf {

namespace {

/// Where qpdf's bytes go. Owns: a buffer. Borrows: the output.
class ToFile final : public Pipeline {
 public:
  explicit ToFile(const Fd& output) : Pipeline("output", nullptr), output_(output) {}

  void write(const unsigned char* data, std::size_t length) override {
    buffer_.append(static_cast<const char*>(static_cast<const void*>(data)), length);
    constexpr std::size_t enough = 256 * 1024;
    if (buffer_.size() >= enough) flush();
  }
  void finish() override { flush(); }

  [[nodiscard]] const std::optional<Error>& failure() const noexcept { return failure_; }

 private:
  void flush() {
    if (!failure_)
      if (auto written = write_all(output_, buffer_); !written) failure_ = std::move(written).error();
    buffer_.clear();
  }

  const Fd& output_;
  std::string buffer_;
  std::optional<Error> failure_;
};

void encrypt(QPDFWriter& writer, const RewriteOptions& options) {
  constexpr std::size_t owner_bytes = 16;
  const std::string owner = options.owner_password.empty() ? random_hex(owner_bytes) : options.owner_password;
  constexpr bool allowed = true;
  constexpr bool refused = false;
  writer.setR6EncryptionParameters(options.password.c_str(), owner.c_str(), allowed, allowed, refused, refused, refused,
                                   refused, qpdf_r3p_full, allowed);
}

}  // namespace

Result<void> rewrite(const Fd& from, const Fd& to, const RewriteOptions& options) {
  const auto bytes = size_of(from);
  if (!bytes) return fail(bytes.error());
  if (*bytes > max_rewritten_bytes)
    return fail(Errc::too_large,
                fmt::format("The report has {} MiB; only up to {} MiB can be encrypted or linearized. Leave that out, "
                            "or make several reports.",
                            *bytes >> 20, max_rewritten_bytes >> 20));
  try {
    QPDF pdf;
    pdf.setSuppressWarnings(true);
    pdf.setAttemptRecovery(false);
    pdf.processFile(fmt::format("/proc/self/fd/{}", from.get()).c_str());
    QPDFWriter writer(pdf);
    ToFile output(to);
    writer.setOutputPipeline(&output);
    writer.setLinearization(options.linearize);
    if (options.password.empty() && options.owner_password.empty())
      writer.setDeterministicID(true);
    else
      encrypt(writer, options);
    writer.write();
    output.finish();
    if (output.failure()) return fail(*output.failure());
    return {};
  } catch (const std::exception& error) {
    return fail(Errc::internal, fmt::format("libqpdf: {}", error.what()));
  }
}

}  // namespace platen::worker::pdf
