#include "relay/notice.hpp"

#include "relay/websocket_frame.hpp"

namespace platen::relay {

const FramePtr& Notice::in(Form form) const {
  FramePtr& frame = frames_.at(static_cast<std::size_t>(form));
  if (!frame) frame = make_frame(kind_, write(form));
  return frame;
}

std::string Notice::write(Form form) const {
  if (form == Form::sse) return encode_frame(id_, event_, data_);
  if (form == Form::sse_without_id) return encode_frame(std::nullopt, event_, data_);
  return websocket_text(encode_message(job_, id_, event_, data_));
}

}  // namespace platen::relay
