#include "metrics/exposition.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>

#include "metrics/request_metrics.hpp"

namespace platen::metrics {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

struct Exposition::Families {
  std::vector<MetricFamily> all;

  /// A place for one more value of a family, which is made where it is new.
  ClientMetric& value(MetricType type, std::string_view name, std::string_view help, const Labels& labels) {
    auto found = std::find_if(all.begin(), all.end(), [&](const MetricFamily& family) { return family.name == name; });
    if (found == all.end()) {
      MetricFamily family;
      family.name = name;
      family.help = help;
      family.type = type;
      found = all.insert(all.end(), std::move(family));
    }
    ClientMetric& metric = found->metric.emplace_back();
    for (const auto& [label, text] : labels) metric.label.push_back({label, text});
    return metric;
  }
};

Exposition::Exposition() : families_(std::make_unique<Families>()) {}
Exposition::~Exposition() = default;

void Exposition::gauge(std::string_view name, std::string_view help, double value, const Labels& labels) {
  families_->value(MetricType::Gauge, name, help, labels).gauge.value = value;
}

void Exposition::counter(std::string_view name, std::string_view help, double value, const Labels& labels) {
  families_->value(MetricType::Counter, name, help, labels).counter.value = value;
}

void Exposition::add(const RequestMetrics& requests) {
  std::vector<MetricFamily> collected = requests.collect();
  std::move(collected.begin(), collected.end(), std::back_inserter(families_->all));
}

std::string Exposition::text() const { return prometheus::TextSerializer().Serialize(families_->all); }

}  // namespace platen::metrics
