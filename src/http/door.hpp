// The front door: every client's socket, from accept to the last byte.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/fd.hpp"
#include "base/loop.hpp"
#include "http/connection.hpp"
#include "http/cross_origin.hpp"
#include "http/exchange_pool.hpp"
#include "http/file_sender.hpp"
#include "http/limits.hpp"
#include "http/listener.hpp"
#include "http/mailbox.hpp"
#include "http/route_table.hpp"
#include "http/upload_pool.hpp"

namespace platen::http {

/// What the door has done and does.
struct DoorStats {
  std::uint64_t accepted = 0;
  std::uint64_t requests = 0;      ///< that reached a handler; one that waits does twice
  std::uint64_t refused_busy = 0;  ///< for want of a place in the pool's queue or among the uploads
  std::uint64_t refused_full = 0;  ///< connections, for want of a place for them
  std::uint64_t detached = 0;      ///< streams handed over
  std::size_t connections = 0;     ///< open now, streams not counted
  std::size_t waits = 0;           ///< of these, waiting for news
  std::size_t uploads = 0;         ///< of these, whose body is on its way to the store
  std::size_t errands = 0;         ///< under way, of streams
  std::size_t refusing = 0;        ///< of these, being told that there is no place
};

/// What a door tells of its requests, and asks about them; borrowed, each may be null.
struct DoorPorts {
  metrics::RequestMetrics* metrics = nullptr;  ///< null: nobody counts
  Gatekeeper* gatekeeper = nullptr;            ///< null: all are let in
  Tracer* tracer = nullptr;                    ///< null: nothing is traced
};

/// Accepts, reads within bounds, hands whole requests to the library in a pool of threads, writes. Only a handler or
/// a piece of an upload holds a thread; a connection that idles or drips holds none.
/// Owns: its sockets, pools and the file sender. The destructor closes all and joins all; it must not run within a
/// callback of the loop.
/// Threads: the loop's, or before the loop runs.
/// Errors: the constructor throws std::invalid_argument for a bad route.
class Door final : private ConnectionHost, private Errands {
 public:
  /// `loop` and `uploads` are borrowed. `listeners` are bound and listening.
  Door(Loop& loop, std::vector<Fd> listeners, Routes routes, UploadStore& uploads, const Limits& limits = {},
       CrossOrigin cross_origin = {}, const DoorPorts& ports = {});
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;
  ~Door() override;

  /// Stops accepting, ends idle connections, answers those that wait, lets requests, errands, uploads and downloads
  /// under way finish. `drained` is called once, later: when the last connection is gone, or at `at_most`, when the
  /// rest is cut off.
  void drain(std::chrono::milliseconds at_most, std::function<void()> drained);

  [[nodiscard]] DoorStats stats() const;

 private:
  [[nodiscard]] std::string new_request_id() override;
  [[nodiscard]] bool is_draining() const override { return draining_; }
  [[nodiscard]] bool answer_here(ExchangePtr& exchange) override;
  void postpone(ExchangePtr exchange) override;
  [[nodiscard]] bool lend_to_pool(ExchangePtr&& exchange) override;
  [[nodiscard]] std::optional<Place> place_to_upload() override;
  void lend_to_uploads(UploadOrder&& order) override;
  [[nodiscard]] std::optional<Place> place_to_wait() override;
  [[nodiscard]] Errands& errands() override { return *this; }
  [[nodiscard]] bool run(Errand&& errand) override;
  void lend_to_files(ConnectionId id, Fd socket, FilePart part) override;
  void ended(ConnectionId id, Ending ending) override;

  void accept(Fd socket, std::string peer);
  void sweep();
  void bury();
  void conclude(const Errand& errand);
  void conclude_drain();
  [[nodiscard]] bool is_drained() const { return draining_ && connections_.empty() && stats_.errands == 0; }
  [[nodiscard]] Connection* find(ConnectionId id);

  Loop& loop_;
  Limits limits_;
  CrossOrigin cross_origin_;
  RouteTable routes_;
  std::vector<char> scratch_;
  ConnectionSurroundings surroundings_;
  std::string request_id_prefix_;
  std::uint64_t next_request_ = 1;
  ConnectionId next_connection_ = 1;
  DoorStats stats_;
  int last_descriptor_;  ///< a connection with a higher one is refused
  bool draining_ = false;
  std::function<void()> drained_;

  std::unordered_map<ConnectionId, std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Connection>> ended_;  ///< may still be on the stack; destroyed at the turn's end
  Loop::Timer sweeper_;
  Loop::Timer drain_timer_;
  std::vector<std::unique_ptr<Listener>> listeners_;

  // What threads hand back, then the threads: they go first.
  Mailbox<ExchangePtr> answered_;
  Mailbox<Errand> ran_;
  Mailbox<ReturnedUpload> uploaded_;
  Mailbox<SentFile> sent_;
  ExchangePool pool_;
  UploadPool upload_pool_;
  FileSender files_;
};

}  // namespace platen::http
