#include "trace/settings.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace platen::trace {

namespace {

constexpr std::string_view path = "/v1/traces";

std::optional<double> ratio_in(const std::string& text) {
  double ratio = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ratio);
  if (error != std::errc{} || end != text.data() + text.size() || !(ratio >= 0 && ratio <= 1)) return std::nullopt;
  return ratio;
}

/// An endpoint is a base, as OTEL_EXPORTER_OTLP_ENDPOINT is one.
std::string url_of(std::string endpoint) {
  while (endpoint.ends_with('/')) endpoint.pop_back();
  if (!endpoint.ends_with(path)) endpoint += path;
  return endpoint;
}

std::string host_name() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return host.data();
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// In OTEL_EXPORTER_OTLP_HEADERS what is more than a word stands percent-encoded.
std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_code =
        text[i] == '%' && i + 2 < text.size() && digit_of(text[i + 1]) >= 0 && digit_of(text[i + 2]) >= 0;
    decoded += is_code ? static_cast<char>(digit_of(text[i + 1]) * 16 + digit_of(text[i + 2])) : text[i];
    if (is_code) i += 2;
  }
  return decoded;
}

/// `name=value` as a line of a head; nullopt for what cannot be one.
std::optional<std::string> header_in(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) return std::nullopt;
  std::string line = text.substr(0, equals) + ": " + percent_decoded(std::string_view(text).substr(equals + 1));
  for (const char c : line)
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') return std::nullopt;
  return line;
}

}  // namespace

void define(Settings& settings, Options& options) {
  settings.add({.name = "otlp-endpoint",
                .help = "Send traces to this OpenTelemetry collector, by OTLP over HTTP: http://127.0.0.1:4318. "
                        "Without it there are none.",
                .secret = Secret::url_password,
                .common_variable = "OTEL_EXPORTER_OTLP_ENDPOINT"},
               options.endpoint);
  settings.add({.name = "otlp-sample-ratio",
                .help = "The share, 0 to 1, of traces that begin here and are recorded; one that a client began is as "
                        "that says.",
                .common_variable = "OTEL_TRACES_SAMPLER_ARG"},
               options.sample_ratio);
  settings.add({.name = "otlp-service-name",
                .help = "What this process is called in traces; its own name where that is empty.",
                .common_variable = "OTEL_SERVICE_NAME"},
               options.service_name);
  settings.add({.name = "otlp-headers",
                .help = "Header fields for the collector: Authorization=Bearer …",
                .secret = Secret::whole,
                .common_variable = "OTEL_EXPORTER_OTLP_HEADERS"},
               options.headers);
}

Result<std::unique_ptr<OtlpTracer>> make_tracer(const Options& options, std::string_view process,
                                                std::string_view version) {
  const auto ratio = ratio_in(options.sample_ratio);
  if (!ratio)
    return fail(Errc::invalid_request, "otlp-sample-ratio: '" + options.sample_ratio + "' is not a number from 0 to 1");
  ExporterOptions exporter;
  for (const std::string& text : options.headers) {
    auto header = header_in(text);
    if (!header) return fail(Errc::invalid_request, "otlp-headers: one of them is not Name=value");
    exporter.headers.push_back(*std::move(header));
  }
  if (options.endpoint.empty()) return nullptr;
  if (!options.endpoint.starts_with("http://") && !options.endpoint.starts_with("https://"))
    return fail(Errc::invalid_request,
                "otlp-endpoint: '" + options.endpoint + "' begins with neither http:// nor https://");
  exporter.url = url_of(options.endpoint);
  exporter.resource = {{"service.name", options.service_name.empty() ? std::string(process) : options.service_name},
                       {"service.namespace", "platen"},
                       {"service.version", std::string(version)},
                       {"service.instance.id", fmt::format("{}:{}", host_name(), ::getpid())},
                       {"host.name", host_name()},
                       {"process.pid", std::to_string(::getpid())},
                       {"telemetry.sdk.name", "platen"},
                       {"telemetry.sdk.language", "cpp"},
                       {"telemetry.sdk.version", std::string(version)}};
  return std::make_unique<OtlpTracer>(std::move(exporter), *ratio);
}

}  // namespace platen::trace
