// What was asked of this process, and how long that took.
#pragma once

#include <chrono>
#include <memory>
#include <string_view>
#include <vector>

namespace prometheus {
struct MetricFamily;
}

namespace platen::metrics {

/// Counts requests and Redis's answers, with histograms of their times. Threads: any.
class RequestMetrics {
 public:
  RequestMetrics();
  RequestMetrics(const RequestMetrics&) = delete;
  RequestMetrics& operator=(const RequestMetrics&) = delete;
  ~RequestMetrics();

  /// A request was answered, or its stream begun. `route` is the route's pattern, never a client's path: one of a
  /// bounded set. A method that HTTP does not define counts as `other`.
  void answered(std::string_view route, std::string_view method, int status, std::chrono::nanoseconds took);
  /// A command was answered by Redis.
  void redis_answered(std::chrono::nanoseconds took);

  /// For Exposition.
  [[nodiscard]] std::vector<prometheus::MetricFamily> collect() const;

 private:
  struct Series;
  std::unique_ptr<Series> series_;
};

}  // namespace platen::metrics
