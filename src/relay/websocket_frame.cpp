#include "relay/websocket_frame.hpp"

#include <wslay/wslay.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "codec/utf8.hpp"

namespace platen::relay {

namespace {

constexpr std::size_t longest_control = 125;  // RFC 6455, section 5.5

bool is_control(std::uint8_t opcode) { return wslay_is_ctrl_frame(opcode) != 0; }

std::uint64_t header_bytes(const wslay_frame_iocb& piece) {
  const std::uint64_t length = piece.payload_length < 126 ? 0 : piece.payload_length <= 0xFFFF ? 2 : 8;
  constexpr std::uint64_t mask = 4;  // there is one, or the frame is refused
  return 2 + length + mask;
}

/// Whether a peer may send the code: those that are registered for use on the wire, and those for libraries and users.
bool is_close_code(unsigned code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

ssize_t append_sent(const std::uint8_t* data, std::size_t size, int, void* frame) {
  static_cast<std::string*>(frame)->append(reinterpret_cast<const char*>(data), size);
  return static_cast<ssize_t>(size);
}

wslay_frame_context* new_context(const wslay_frame_callbacks& callbacks, void* user_data) {
  wslay_frame_context* context = nullptr;
  if (wslay_frame_context_init(&context, &callbacks, user_data) != 0) throw std::bad_alloc();
  return context;
}

std::string frame(std::uint8_t opcode, std::string_view payload) {
  std::string bytes;
  const std::unique_ptr<wslay_frame_context, void (*)(wslay_frame_context*)> context(
      new_context({.send_callback = append_sent, .recv_callback = nullptr, .genmask_callback = nullptr}, &bytes),
      wslay_frame_context_free);
  wslay_frame_iocb whole{};
  whole.fin = 1;
  whole.opcode = opcode;
  whole.payload_length = payload.size();
  whole.data = reinterpret_cast<const std::uint8_t*>(payload.data());
  whole.data_length = payload.size();
  wslay_frame_send(context.get(), &whole);
  return bytes;
}

}  // namespace

std::string websocket_text(std::string_view text) { return frame(WSLAY_TEXT_FRAME, text); }

std::string websocket_ping() { return frame(WSLAY_PING, {}); }

std::string websocket_close(CloseCode code, std::string_view reason) {
  const auto number = static_cast<std::uint16_t>(code);
  std::string payload{static_cast<char>(number >> 8U), static_cast<char>(number & 0xFFU)};
  payload.append(reason.substr(0, longest_control - 2));
  return frame(WSLAY_CONNECTION_CLOSE, payload);
}

// --- Reading -----------------------------------------------------------------------------------------

void WebSocketReader::Free::operator()(wslay_frame_context* context) const noexcept {
  wslay_frame_context_free(context);
}

void WebSocketReader::make_context() {
  const auto receive = [](std::uint8_t* buffer, std::size_t size, int, void* reader) -> ssize_t {
    std::string_view& input = static_cast<WebSocketReader*>(reader)->input_;
    const std::size_t count = std::min(size, input.size());
    std::memcpy(buffer, input.data(), count);
    input.remove_prefix(count);
    return static_cast<ssize_t>(count);
  };
  context_.reset(new_context({.send_callback = nullptr, .recv_callback = receive, .genmask_callback = nullptr}, this));
}

Heard WebSocketReader::read(std::string_view bytes) {
  Heard heard;
  heard.began = !is_midway();
  if (!context_) make_context();
  input_ = bytes;
  loose_bytes_ += bytes.size();
  while (!heard.is_over) {
    wslay_frame_iocb piece{};
    const ssize_t got = wslay_frame_recv(context_.get(), &piece);
    if (got == WSLAY_ERR_WANT_READ) break;
    const Fault fault = got < 0 ? CloseCode::protocol_error : take(piece, heard);
    if (!fault) continue;
    heard.answers += websocket_close(*fault, {});
    heard.is_over = true;
  }
  // Between frames wslay remembers nothing.
  if (loose_bytes_ == 0 || heard.is_over) context_.reset();
  if (heard.is_over) std::string().swap(message_);
  return heard;
}

WebSocketReader::Fault WebSocketReader::take(const wslay_frame_iocb& piece, Heard& heard) {
  if (!std::exchange(in_frame_, true))
    if (const Fault fault = begin_frame(piece)) return fault;
  std::string& payload = is_control(opcode_) ? control_ : message_;
  payload.append(reinterpret_cast<const char*>(piece.data), piece.data_length);
  missing_bytes_ -= piece.data_length;
  return missing_bytes_ == 0 ? end_frame(heard) : std::nullopt;
}

WebSocketReader::Fault WebSocketReader::begin_frame(const wslay_frame_iocb& piece) {
  if (piece.mask == 0 || piece.rsv != 0) return CloseCode::protocol_error;
  opcode_ = piece.opcode;
  is_final_ = piece.fin != 0;
  missing_bytes_ = piece.payload_length;
  frame_bytes_ = header_bytes(piece) + piece.payload_length;
  switch (opcode_) {
    case WSLAY_CONNECTION_CLOSE:
    case WSLAY_PING:
    case WSLAY_PONG: return std::nullopt;  // wslay has seen to their size, and that they are whole
    case WSLAY_TEXT_FRAME:
    case WSLAY_BINARY_FRAME:
      if (in_message_) return CloseCode::protocol_error;
      if (opcode_ == WSLAY_BINARY_FRAME) return CloseCode::unsupported;
      in_message_ = true;
      break;
    case WSLAY_CONTINUATION_FRAME:
      if (!in_message_) return CloseCode::protocol_error;
      break;
    default: return CloseCode::protocol_error;
  }
  if (piece.payload_length > message_limit_bytes_ - message_.size()) return CloseCode::too_big;
  return std::nullopt;
}

WebSocketReader::Fault WebSocketReader::end_frame(Heard& heard) {
  in_frame_ = false;
  loose_bytes_ -= frame_bytes_;
  heard.began = heard.began || (is_control(opcode_) ? !in_message_ : is_final_);
  if (is_control(opcode_)) return end_control(heard);
  if (!is_final_) return std::nullopt;
  in_message_ = false;
  if (codec::first_invalid_utf8(message_)) return CloseCode::not_utf8;
  heard.messages.push_back(std::exchange(message_, {}));
  return std::nullopt;
}

WebSocketReader::Fault WebSocketReader::end_control(Heard& heard) {
  const std::string payload = std::exchange(control_, {});
  if (opcode_ == WSLAY_PING) heard.answers += frame(WSLAY_PONG, payload);
  if (opcode_ != WSLAY_CONNECTION_CLOSE) return std::nullopt;
  if (payload.size() == 1) return CloseCode::protocol_error;
  if (payload.size() >= 2) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(payload[i])); };
    if (!is_close_code(byte(0) << 8U | byte(1))) return CloseCode::protocol_error;
    if (codec::first_invalid_utf8(std::string_view(payload).substr(2))) return CloseCode::not_utf8;
  }
  heard.answers += frame(WSLAY_CONNECTION_CLOSE, payload.substr(0, 2));
  heard.is_over = true;
  return std::nullopt;
}

}  // namespace platen::relay
