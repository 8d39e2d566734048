#include "http/door.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <climits>
#include <stdexcept>
#include <utility>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "http/access_log.hpp"
#include "http/call_handler.hpp"
#include "http/later.hpp"

namespace platen::http {

namespace {

constexpr std::size_t scratch_bytes = std::size_t{64} * 1024;
constexpr std::size_t request_id_prefix_bytes = 6;

/// The highest descriptor that a connection may have. The kernel gives the lowest that is free, so this counts the
/// descriptors of streams and files too, wherever they are.
int last_descriptor(int spare) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<int>(std::min<rlim_t>(limit.rlim_cur, INT_MAX)) - spare;
}

}  // namespace

Door::Door(Loop& loop, std::vector<Fd> listeners, Routes routes, UploadStore& uploads, const Limits& limits,
           CrossOrigin cross_origin, const DoorPorts& ports)
    : loop_(loop),
      limits_(limits),
      cross_origin_(std::move(cross_origin)),
      routes_(std::move(routes)),
      scratch_(scratch_bytes),
      surroundings_{loop,  limits_,       cross_origin_, ports.gatekeeper, routes_,
                    *this, ports.metrics, ports.tracer,  scratch_},
      request_id_prefix_(random_hex(request_id_prefix_bytes)),
      last_descriptor_(last_descriptor(limits_.spare_descriptors)),
      answered_(loop,
                [this](ExchangePtr exchange) {
                  if (Connection* connection = find(exchange->connection)) connection->take_answer(std::move(exchange));
                }),
      ran_(loop, [this](const Errand& errand) { conclude(errand); }),
      uploaded_(loop,
                [this](ReturnedUpload returned) {
                  if (Connection* connection = find(returned.order.exchange->connection))
                    connection->take_back(std::move(returned));
                }),
      sent_(loop,
            [this](SentFile sent) {
              if (Connection* connection = find(sent.connection)) connection->take_back(std::move(sent.socket));
            }),
      pool_(routes_, {limits_.pool_threads, limits_.pool_queue}, answered_, ran_),
      upload_pool_({routes_, uploads, uploaded_}, limits_),
      files_(limits_, [this](SentFile sent) { sent_.put(std::move(sent)); }) {
  for (Fd& socket : listeners)
    listeners_.push_back(std::make_unique<Listener>(
        loop_, std::move(socket), [this](Fd client, std::string peer) { accept(std::move(client), std::move(peer)); },
        [this] { return stats_.refusing < limits_.refused_at_once; }));
  sweep();
}

Door::~Door() = default;

void Door::accept(Fd socket, std::string peer) {
  ++stats_.accepted;
  const ConnectionId id = next_connection_++;
  const bool has_place =
      connections_.size() - stats_.refusing < limits_.connections && socket.get() <= last_descriptor_;
  auto made = std::make_unique<Connection>(surroundings_, id, std::move(socket), std::move(peer));
  Connection& connection = *connections_.emplace(id, std::move(made)).first->second;
  if (has_place) return;
  ++stats_.refused_full;
  connection.turn_away(Place(stats_.refusing));
}

Connection* Door::find(ConnectionId id) {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : found->second.get();
}

DoorStats Door::stats() const {
  DoorStats stats = stats_;
  stats.connections = connections_.size();
  return stats;
}

std::string Door::new_request_id() { return request_id_prefix_ + "-" + std::to_string(next_request_++); }

bool Door::answer_here(ExchangePtr& exchange) {
  const Route* const quick = routes_.find_quick(exchange->method, exchange->path);
  if (quick == nullptr || exchange->answer_after_wait) return false;
  ++stats_.requests;
  call_route(*quick, *exchange);
  log_request(*exchange);
  if (std::holds_alternative<Postponed>(exchange->outcome)) postpone(std::move(exchange));
  return true;
}

void Door::postpone(ExchangePtr exchange) { http::postpone(std::move(exchange), answered_.sender()); }

bool Door::lend_to_pool(ExchangePtr&& exchange) {
  const bool taken = pool_.try_submit(std::move(exchange));
  ++(taken ? stats_.requests : stats_.refused_busy);
  return taken;
}

bool Door::run(Errand&& errand) {
  const bool taken = pool_.try_submit(std::move(errand));
  ++(taken ? stats_.errands : stats_.refused_busy);
  return taken;
}

void Door::conclude(const Errand& errand) {
  errand.done();
  --stats_.errands;
  // Later in this turn, for what was said at last is to be sent.
  if (is_drained()) loop_.at_turn_end([this] { bury(); });
}

std::optional<Place> Door::place_to_upload() {
  if (stats_.uploads >= limits_.uploads) {
    ++stats_.refused_busy;
    return std::nullopt;
  }
  ++stats_.requests;
  return Place(stats_.uploads);
}

void Door::lend_to_uploads(UploadOrder&& order) {
  // The pool has room for as many as there are places.
  if (!upload_pool_.try_lend(std::move(order))) throw std::logic_error("an upload without a place");
}

std::optional<Place> Door::place_to_wait() {
  if (stats_.waits >= limits_.waits) return std::nullopt;
  return Place(stats_.waits);
}

void Door::lend_to_files(ConnectionId id, Fd socket, FilePart part) {
  files_.send(id, std::move(socket), std::move(part));
}

void Door::ended(ConnectionId id, Ending ending) {
  if (ending == Ending::detached) ++stats_.detached;
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  if (ended_.empty()) loop_.at_turn_end([this] { bury(); });
  ended_.push_back(std::move(found->second));
  connections_.erase(found);
}

void Door::bury() {
  ended_.clear();
  if (is_drained()) conclude_drain();
}

void Door::sweep() {
  std::vector<Connection*> due;
  const auto now = loop_.now();
  for (const auto& [id, connection] : connections_)
    if (connection->deadline() <= now) due.push_back(connection.get());
  for (Connection* connection : due) connection->on_time_up();
  sweeper_ = loop_.after(limits_.sweep_every, [this] { sweep(); });
}

void Door::drain(std::chrono::milliseconds at_most, std::function<void()> drained) {
  draining_ = true;
  drained_ = std::move(drained);
  listeners_.clear();
  std::vector<Connection*> all;
  for (const auto& [id, connection] : connections_) all.push_back(connection.get());
  for (Connection* connection : all) connection->on_drain();
  drain_timer_ = loop_.after(is_drained() ? std::chrono::milliseconds(0) : at_most, [this] { conclude_drain(); });
}

void Door::conclude_drain() {
  drain_timer_.reset();
  for (const auto& [id, connection] : connections_) connection->on_cut_off();
  connections_.clear();
  if (const auto drained = std::exchange(drained_, nullptr)) drained();
}

}  // namespace platen::http
