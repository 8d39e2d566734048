// A client's side of WebSocket frames, written and read by hand (RFC 6455, section 5.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platen::test {

namespace opcode {
inline constexpr unsigned continuation = 0;
inline constexpr unsigned text = 1;
inline constexpr unsigned binary = 2;
inline constexpr unsigned close = 8;
inline constexpr unsigned ping = 9;
inline constexpr unsigned pong = 10;
}  // namespace opcode

/// What a well-behaved client would not do.
struct FrameFaults {
  bool is_final = true;
  bool is_masked = true;
  unsigned rsv = 0;
};

inline std::string length_bytes(std::uint64_t length, int bytes) {
  std::string text;
  for (int i = bytes; i-- > 0;) text += static_cast<char>(length >> (8 * i) & 0xFFU);
  return text;
}

/// A frame of a client.
inline std::string client_frame(unsigned opcode, std::string_view payload, FrameFaults how = {}) {
  std::string frame{static_cast<char>((how.is_final ? 0x80U : 0U) | how.rsv << 4U | opcode)};
  const unsigned mask_bit = how.is_masked ? 0x80U : 0U;
  if (payload.size() < 126)
    frame += static_cast<char>(mask_bit | payload.size());
  else if (payload.size() <= 0xFFFF)
    frame.append(1, static_cast<char>(mask_bit | 126U)).append(length_bytes(payload.size(), 2));
  else
    frame.append(1, static_cast<char>(mask_bit | 127U)).append(length_bytes(payload.size(), 8));
  if (!how.is_masked) return frame.append(payload);
  constexpr std::string_view mask = "\x37\xfa\x21\x3d";
  frame.append(mask);
  for (std::size_t i = 0; i < payload.size(); ++i) frame += static_cast<char>(payload[i] ^ mask[i % 4]);
  return frame;
}

inline std::string close_payload(unsigned code, std::string_view reason = {}) {
  return length_bytes(code, 2).append(reason);
}

/// A frame of the server.
struct ServerFrame {
  unsigned opcode = 0;
  std::string payload;
  /// Of a Close; 0 where it has none.
  [[nodiscard]] unsigned code() const {
    if (opcode != opcode::close || payload.size() < 2) return 0;
    return static_cast<unsigned>(static_cast<unsigned char>(payload[0])) << 8U | static_cast<unsigned char>(payload[1]);
  }
};

/// Takes the next whole frame off `bytes`; nullopt while there is none. One that is masked, fragmented or has reserved
/// bits, which no server of ours may send, has the opcode 255.
inline std::optional<ServerFrame> take_frame(std::string_view& bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(bytes[i])); };
  if (bytes.size() < 2) return std::nullopt;
  std::uint64_t length = byte(1) & 0x7FU;
  const std::size_t more = length == 127 ? 8 : length == 126 ? 2 : 0;
  if (bytes.size() < 2 + more) return std::nullopt;
  if (more > 0) length = 0;
  for (std::size_t i = 0; i < more; ++i) length = length << 8U | byte(2 + i);
  if (bytes.size() < 2 + more + length) return std::nullopt;
  const bool is_plain = (byte(0) & 0xF0U) == 0x80U && (byte(1) & 0x80U) == 0;
  ServerFrame frame{is_plain ? byte(0) & 0xFU : 255U, std::string(bytes.substr(2 + more, length))};
  bytes.remove_prefix(2 + more + length);
  return frame;
}

inline std::vector<ServerFrame> take_frames(std::string_view bytes) {
  std::vector<ServerFrame> frames;
  while (auto frame = take_frame(bytes)) frames.push_back(*std::move(frame));
  return frames;
}

}  // namespace platen::test
