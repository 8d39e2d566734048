// One answer to a scrape, in Prometheus's text format.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::metrics {

class RequestMetrics;

/// Names and values; what they are must be few: each combination is a time series of its own for ever.
using Labels = std::vector<std::pair<std::string, std::string>>;

/// Gathers the values of one scrape: those that others count, and whole registries.
/// Names end in their unit, those of counters in `_total` (prometheus.io/docs/practices/naming).
/// Threads: one.
class Exposition {
 public:
  Exposition();
  Exposition(const Exposition&) = delete;
  Exposition& operator=(const Exposition&) = delete;
  ~Exposition();

  /// A further value under the same name must have other labels; `help` is that of the first.
  void gauge(std::string_view name, std::string_view help, double value, const Labels& labels = {});
  void counter(std::string_view name, std::string_view help, double value, const Labels& labels = {});
  void add(const RequestMetrics& requests);

  [[nodiscard]] std::string text() const;
  static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace platen::metrics
