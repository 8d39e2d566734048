#include "metrics/request_metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <tuple>

#include "base/guarded.hpp"

namespace platen::metrics {

namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Histogram;

/// In seconds. A submit is answered within a few milliseconds; 30 s is where gateways give up.
const Histogram::BucketBoundaries request_buckets{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                  0.25,  0.5,    1,     2.5,  5,     10,   30};
const Histogram::BucketBoundaries redis_buckets{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1};

double seconds(std::chrono::nanoseconds duration) { return std::chrono::duration<double>(duration).count(); }

std::string_view known_method(std::string_view method) {
  static constexpr std::array<std::string_view, 7> known{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
  return std::find(known.begin(), known.end(), method) == known.end() ? "other" : method;
}

}  // namespace

struct RequestMetrics::Series {
  using Key = std::tuple<std::string, std::string, int>;
  /// Finds by views too. By itself a tuple of texts does not compare with one of views everywhere: not under clang 14.
  struct Before {
    using is_transparent = void;
    using View = std::tuple<std::string_view, std::string_view, int>;
    bool operator()(const View& left, const View& right) const { return left < right; }
  };

  prometheus::Registry registry;
  Family<Counter>& requests = prometheus::BuildCounter()
                                  .Name("platen_http_requests_total")
                                  .Help("Requests answered, by route, method and status.")
                                  .Register(registry);
  Family<Histogram>& durations = prometheus::BuildHistogram()
                                     .Name("platen_http_request_duration_seconds")
                                     .Help("From a request's head to its answer, or to its stream's begin.")
                                     .Register(registry);
  Histogram& redis = prometheus::BuildHistogram()
                         .Name("platen_redis_round_trip_seconds")
                         .Help("From a command to Redis's answer.")
                         .Register(registry)
                         .Add({}, redis_buckets);
  // A family looks its labels up by hashing them all; this does so once for each.
  Guarded<std::map<Key, Counter*, Before>> counters;
  Guarded<std::map<std::string, Histogram*, std::less<>>> histograms;

  Counter& counter(std::string_view route, std::string_view method, int status) {
    const auto known = counters.lock();
    if (const auto found = known->find(std::tie(route, method, status)); found != known->end()) return *found->second;
    const std::string route_text(route);
    const std::string method_text(method);
    Counter& made = requests.Add({{"route", route_text}, {"method", method_text}, {"status", std::to_string(status)}});
    known->emplace(Key(route_text, method_text, status), &made);
    return made;
  }
  Histogram& histogram(std::string_view route) {
    const auto known = histograms.lock();
    if (const auto found = known->find(route); found != known->end()) return *found->second;
    Histogram& made = durations.Add({{"route", std::string(route)}}, request_buckets);
    known->emplace(route, &made);
    return made;
  }
};

RequestMetrics::RequestMetrics() : series_(std::make_unique<Series>()) {}
RequestMetrics::~RequestMetrics() = default;

void RequestMetrics::answered(std::string_view route, std::string_view method, int status,
                              std::chrono::nanoseconds took) {
  series_->counter(route, known_method(method), status).Increment();
  series_->histogram(route).Observe(seconds(took));
}

void RequestMetrics::redis_answered(std::chrono::nanoseconds took) { series_->redis.Observe(seconds(took)); }

std::vector<prometheus::MetricFamily> RequestMetrics::collect() const { return series_->registry.Collect(); }

}  // namespace platen::metrics
