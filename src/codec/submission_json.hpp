// The request that makes a job: `{"report":{…},"data":{…},"options":{…}}`, checked and put into canonical form.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/report_images.hpp"
#include "platen/error.hpp"
#include "platen/job.hpp"
#include "platen/report.hpp"

namespace platen::codec {

/// A request that fits. Still without an id, a tenant and a request id.
struct Request {
  RenderSpec render;
  std::vector<ReportImage> images;  ///< that the report shows: at most `most_images`, whether they exist is not known
  JobOptions options;               ///< with a file name, made of the title where none was given
  std::string spec;  ///< canonical JSON of report and data, which `decode_spec` reads; the same for equal requests
  /// Whether `spec` is to be kept only for as long as it is worked on: it holds a password, or much inline data.
  bool spec_is_passing = false;
  std::string chosen_options;  ///< canonical JSON of the options that were given: for telling requests apart
};

/// Decodes and checks a body. `invalid_request` when it is not JSON (with the byte offset) or nested deeper than
/// 64; otherwise `invalid_report` with one FieldError for each thing that does not fit (at most 20): an unknown field
/// with the nearest known one, a value of the wrong kind or out of range with what is allowed.
/// `uploaded` is the upload that came in the same request (multipart), and then the body must not name data itself.
[[nodiscard]] Result<Request> decode_request(std::string_view body, const std::optional<UploadId>& uploaded = {});

/// Reads back what `Request::spec` holds.
[[nodiscard]] Result<RenderSpec> decode_spec(std::string_view spec);

}  // namespace platen::codec
