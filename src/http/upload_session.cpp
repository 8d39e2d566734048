#include "http/upload_session.hpp"

#include <utility>

#include "http/body_source.hpp"

namespace platen::http {

namespace {

using Step = tl::expected<UploadStep, UploadFailure>;

tl::unexpected<UploadFailure> failed(Error error) {
  return tl::unexpected<UploadFailure>(UploadFailure{.error = std::move(error)});
}

Step move_body(UploadOrder& order, const Limits& limits, std::span<char> scratch) {
  BodySource source(order, limits, scratch);
  while (!order.sink->has_enough()) {
    const auto data = source.next();
    if (!data) return tl::unexpected(data.error());
    if (!*data) break;
    if (auto taken = order.sink->write(**data); !taken) return failed(std::move(taken.error()));
  }
  if (!order.sink->has_enough() && !order.body.done()) return UploadStep::more;
  if (auto finished = order.sink->finish(*order.exchange); !finished) return failed(std::move(finished.error()));
  return UploadStep::over;
}

}  // namespace

Step carry_on(UploadOrder& order, UploadStore& store, const Limits& limits, std::span<char> scratch) {
  Step step = UploadStep::more;
  if (!order.sink) {
    auto opened = open_sink(order, store, limits);
    if (!opened) return failed(std::move(opened.error()));
    order.sink = *std::move(opened);
  }
  if (order.broken_off) {
    (void)order.sink->write(order.chunk);  // of a part all is kept; of all else nothing, whatever comes of this
    step = tl::unexpected(*order.broken_off);
  } else {
    step = move_body(order, limits, scratch);
  }
  if (step != UploadStep::more) order.sink.reset();
  return step;
}

}  // namespace platen::http
