// Those who use a Platen while it is being broken: they submit, repeat, watch, cancel and delete.
#pragma once

#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/guarded.hpp"
#include "tests/support/installation.hpp"

namespace platen::chaos {

/// What a client wanted of a job, and what it was told.
struct Wish {
  std::string key;            ///< Idempotency-Key
  bool is_bad = false;        ///< its data cannot be drawn
  bool is_to_cancel = false;  ///< so it may end as canceled
  bool is_to_delete = false;  ///< so it may be gone
  std::string callback_path;  ///< of the target; empty: none
};

/// All that was promised, and what of it broke. Guarded by its holder.
struct Ledger {
  std::map<std::string, Wish> jobs;                             ///< by id, those that were answered with 202
  std::map<std::string, std::vector<test::SeenEvent>> streams;  ///< by id, those that were watched to their end
  std::deque<std::string> to_watch;
  std::deque<std::string> to_delete;
  std::vector<std::string> broken;
  std::uint64_t sent = 0;     ///< jobs that clients have begun with
  std::uint64_t repeats = 0;  ///< requests that had to be sent again
  std::uint64_t refused = 0;  ///< of these, with an answer
  bool all_sent = false;
};

struct ClientOptions {
  std::vector<std::uint16_t> ports;  ///< of the front ends
  std::uint64_t jobs = 5000;
  std::uint32_t seed = 1;
  std::uint64_t most_open = 400;  ///< so many jobs more than have ended are sent at most
  std::string callback_base;      ///< `http://127.0.0.1:PORT`
};

/// Threads that submit, and threads that watch and delete, from its making until `join`.
/// Owns: the threads. Borrows the ledger.
class Clients {
 public:
  Clients(ClientOptions options, Guarded<Ledger>& ledger);
  /// How many jobs have ended, as someone has counted who knows: clients send more then.
  void tell_ended(std::uint64_t ended) {
    *ended_.lock() = ended;
    ended_.notify_all();
  }
  [[nodiscard]] bool have_sent_all();
  /// Waits for the submitters; then for what is watched, and to be deleted, to end.
  void join();

 private:
  void submit_all(const std::stop_token& stop, std::uint32_t number);
  void submit_one(std::uint64_t index, std::uint32_t seed);
  void watch_all(const std::stop_token& stop, std::uint32_t seed);
  void watch_one(const std::string& job, std::uint32_t seed);
  void delete_one(const std::string& job, std::uint32_t seed);
  void complain(std::string sentence) { ledger_.lock()->broken.push_back(std::move(sentence)); }

  ClientOptions options_;
  Guarded<Ledger>& ledger_;
  Guarded<std::uint64_t> ended_;
  std::list<std::jthread> submitters_;
  std::list<std::jthread> watchers_;
};

}  // namespace platen::chaos
