// Every bound of the door, in one place.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace platen::http {

struct Limits {
  // The head.
  std::size_t request_line_bytes = std::size_t{8} * 1024;
  std::size_t path_bytes = 1024;
  std::size_t header_line_bytes = std::size_t{8} * 1024;
  std::size_t head_bytes = std::size_t{32} * 1024;
  std::size_t header_fields = 100;

  // Bodies.
  std::size_t json_bytes = std::size_t{1024} * 1024;        ///< also of the part `job` of a form
  std::size_t skipped_body_bytes = std::size_t{64} * 1024;  ///< of a route that takes none; past it the connection ends
  std::uint64_t upload_bytes = std::uint64_t{10} << 30U;    ///< of one upload, its form's wrapping included
  /// Of a slow upload, gathered here before a thread takes them to the disk; a read more at most, for each upload.
  std::size_t upload_chunk_bytes = std::size_t{64} * 1024;
  std::size_t upload_turn_bytes = std::size_t{8} * 1024 * 1024;  ///< that a thread takes before it is another's turn
  std::size_t lingering_bytes = std::size_t{4} * 1024 * 1024;  ///< read and dropped after a refusal, so that it arrives

  // Time.
  std::chrono::milliseconds head_time{10'000};        ///< from a head's first byte (a connection's first: from accept)
  std::chrono::milliseconds keep_alive_idle{60'000};  ///< between requests
  std::chrono::milliseconds least_rate_window{10'000};
  std::size_t least_window_bytes = std::size_t{10} * 1024;  ///< that a body brings in each such window
  std::chrono::milliseconds write_window{30'000};
  std::size_t least_taken_bytes = std::size_t{30} * 1024;  ///< that a client takes of its answer in each such window
  std::chrono::milliseconds lingering_time{2'000};
  std::chrono::milliseconds upload_chunk_time{1'000};  ///< in which what was gathered goes to the disk at the latest
  std::chrono::milliseconds turned_away_time{1'000};   ///< for the head of a connection for which there is no room
  std::chrono::milliseconds upload_patience{10};  ///< of an upload thread, for each chunk that its client has brought
  std::chrono::milliseconds sweep_every{250};     ///< how late a time above may be noticed

  // Room.
  unsigned pool_threads = 4;
  std::size_t pool_queue = 1024;      ///< requests that wait for a pool thread; past it 503
  std::size_t uploads = 1'000;        ///< at a time; past it 503
  unsigned upload_threads = 8;        ///< that carry their bodies to the disk
  std::size_t connections = 19'000;   ///< past it 503, and the end of the connection
  int spare_descriptors = 512;        ///< kept from connections, for files and the process itself
  std::size_t refused_at_once = 256;  ///< past it clients wait in the kernel's backlog
  std::size_t waits = 18'000;         ///< connections that wait for news; past it they are answered at once
};

}  // namespace platen::http
