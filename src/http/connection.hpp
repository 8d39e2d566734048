// One client's connection, for as long as the door has it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/fd.hpp"
#include "base/loop.hpp"
#include "http/admission.hpp"
#include "http/auth/gatekeeper.hpp"
#include "http/body_reader.hpp"
#include "http/cross_origin.hpp"
#include "http/errands.hpp"
#include "http/exchange.hpp"
#include "http/head.hpp"
#include "http/taking_rate.hpp"
#include "http/upload_pool.hpp"
#include "metrics/request_metrics.hpp"

namespace platen::http {

/// How a connection left the door.
enum class Ending { closed, detached };

/// One of the door's places, for waits, uploads or connections that are refused; free again when this goes.
/// Borrows the count of those that are taken.
class Place {
 public:
  explicit Place(std::size_t& taken) : taken_(&++taken) {}
  Place(Place&& other) noexcept : taken_(std::exchange(other.taken_, nullptr)) {}
  Place& operator=(Place&& other) noexcept {
    std::swap(taken_, other.taken_);
    return *this;
  }
  ~Place() {
    if (taken_ != nullptr) --*taken_;
  }

 private:
  std::size_t* taken_;
};

/// What a connection asks of the door. Threads: the loop's.
class ConnectionHost {
 public:
  virtual ~ConnectionHost() = default;
  [[nodiscard]] virtual std::string new_request_id() = 0;
  /// No request is taken after the one under way.
  [[nodiscard]] virtual bool is_draining() const = 0;
  /// Has a quick route answer; false for every other. The exchange is gone where it will be answered later.
  [[nodiscard]] virtual bool answer_here(ExchangePtr& exchange) = 0;
  /// Has the handler that wants to answer later begin to.
  virtual void postpone(ExchangePtr exchange) = 0;
  /// False, with the argument untouched, when there is no room.
  [[nodiscard]] virtual bool lend_to_pool(ExchangePtr&& exchange) = 0;
  /// Nothing when there is no place for one more upload.
  [[nodiscard]] virtual std::optional<Place> place_to_upload() = 0;
  /// Of a connection that has such a place. The order comes back.
  virtual void lend_to_uploads(UploadOrder&& order) = 0;
  /// Nothing when there is no place for one more that waits.
  [[nodiscard]] virtual std::optional<Place> place_to_wait() = 0;
  [[nodiscard]] virtual Errands& errands() = 0;
  virtual void lend_to_files(ConnectionId id, Fd socket, FilePart part) = 0;
  /// The connection has ended. It is destroyed later in the turn, never within this call.
  virtual void ended(ConnectionId id, Ending ending) = 0;
};

/// What a connection has while the body of an upload comes.
struct Gathering {
  UploadOrder order;  ///< empty while it is lent
  // The window of the least rate.
  Loop::SteadyTime window_ends;
  std::uint64_t window_begun_at = 0;  ///< in bytes of the body
};

/// What all connections of a door share. Borrowed.
struct ConnectionSurroundings {
  Loop& loop;
  const Limits& limits;
  const CrossOrigin& cross_origin;
  Gatekeeper* gatekeeper;  ///< null: all are let in
  const RouteTable& routes;
  ConnectionHost& host;
  metrics::RequestMetrics* metrics;  ///< null: nobody counts
  Tracer* tracer;                    ///< null: nothing is traced
  std::span<char> scratch;           ///< for reads
};

/// Reads requests one by one, has them answered, writes the answers. Who owns the socket is its state:
///
///        accept
///          │
///          ▼            head is whole         body is whole
///   ┌► reading_head ───────────────► reading_body ─────────► lent_to_pool ──────────┐
///   │      │  │                           │                   (muted: the socket     │
///   │      │  └─ an upload's head ─► lent_to_uploads          stays, unread)         │
///   │      │                          │ │  ▲ (socket is away)                         │
///   │      │        the client is slow│ │  │a chunk, a second, the end, broken off    │
///   │      │                          ▼ │  │                                          │
///   │      │                      gathering │                                        │
///   │      │ refused                    ▼                                            ▼
///   │      └────────────────► writing ◄─┴──────────────── an answer in bytes ────────┤
///   │                           │  │                                                 │
///   ├───── answer is out ───────┘  └─ not to be kept ─► lingering ─► closed          │
///   │                                                                                │
///   ├───── sent ◄──────────── lent_to_files (socket is away) ◄──── a file ───────────┤
///   │                              │ broken                                          │
///   │                              └─► closed                                        │
///   └ (keep-alive)                                  detached ◄──── a stream ─────────┤
///                                                                                    │
///                                lent_to_pool ◄──── waiting ◄───── a wait ───────────┘
///                                           news, time up, draining
///
/// Gathering, it reads the body of an upload at its client's pace, up to `Limits::upload_chunk_bytes` and a read: a
/// thread of the uploads is lent the connection when there is enough to be worth it, and waits for nobody.
/// Waiting, it reads ahead up to a head's size, so that a client that leaves is noticed at once.
/// Any state in which the socket is here goes to `closed` when the client leaves, or (but for a wait) when its
/// time is up; gathering does by way of a thread, for the store has something to keep or to remove.
/// Owns: the socket, unless it is lent. Threads: the loop's.
class Connection final : private Pollable {
 public:
  Connection(const ConnectionSurroundings& around, ConnectionId id, Fd socket, std::string peer);

  /// There is no room for another connection: its first request is refused, and that is its end.
  void turn_away(Place place);
  /// The handler is done.
  void take_answer(ExchangePtr exchange);
  /// The upload goes on, or it is done and so is its handler.
  void take_back(ReturnedUpload returned);
  /// The file is sent, or not.
  void take_back(Fd socket);

  /// When `on_time_up` is due; far in the future where the client owes nothing.
  [[nodiscard]] Loop::SteadyTime deadline() const noexcept { return deadline_; }
  void on_time_up();
  /// Ends it if it is between requests, or nothing comes of a first one soon; has it answered now if it waits.
  void on_drain();
  /// The door waits no longer: what arrived of a part is kept.
  void on_cut_off();

 private:
  enum class State {
    reading_head,
    reading_body,
    lent_to_pool,
    lent_to_uploads,
    gathering,
    lent_to_files,
    waiting,
    writing,
    lingering,
    detached,
    closed
  };

  void on_ready(Readiness ready) override;
  void receive();
  void advance();
  bool read_head();
  bool read_body();
  void begin(Head& head, const Admission& admission);
  void begin_upload(const Head& head, const Admission& admission);
  void lend_upload();
  void gather();
  void break_off(UploadFailure failure);
  void begin_window();
  void on_gathering_time_up();
  void say_continue();

  void refuse(const Refusal& refusal, std::string_view allow = {});
  void refuse_malformed(const Refusal& refusal);
  void refuse_for_want_of_room();
  void allow(std::string_view methods);
  void deliver();
  void begin_wait();
  void end_wait();
  void read_ahead();
  void flush();
  void finish_answer();
  void linger();
  void drop_input();
  void close();

  void watch_again();
  void set_interest(Interest interest);
  void set_deadline(std::chrono::milliseconds from_now) { deadline_ = around_.loop.now() + from_now; }
  void no_deadline() noexcept { deadline_ = Loop::SteadyTime::max(); }

  const ConnectionSurroundings& around_;
  ConnectionId id_;
  Fd socket_;
  std::string peer_;
  Loop::Watch watch_;
  Interest interest_ = Interest::read;
  State state_ = State::reading_head;
  Loop::SteadyTime deadline_;

  std::string input_;  ///< read and not yet used
  HeadScanner scanner_;
  BodyReader body_;
  bool keeps_body_ = false;       ///< false: it is skipped
  std::size_t window_bytes_ = 0;  ///< of a body, in this window of the least rate
  ExchangePtr exchange_;          ///< here while it is read, while it waits and while it is answered
  std::optional<Place> place_;
  std::unique_ptr<Watching> watching_;
  std::unique_ptr<Gathering> gathering_;  ///< during an upload
  std::string output_;
  std::size_t output_sent_ = 0;
  TakingRate taking_;
  unsigned answered_here_ = 0;  ///< since the last read
  bool is_turned_away_ = false;
  bool was_answered_ = false;  ///< at least once
  bool closes_after_answer_ = false;
  bool lingers_ = false;  ///< bytes of a refused request may still come
  std::size_t lingered_bytes_ = 0;
};

}  // namespace platen::http
