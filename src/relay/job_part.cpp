#include "relay/job_part.hpp"

#include "relay/stream.hpp"

namespace platen::relay {

void JobPart::deliver(const FramePtr& frame) { stream_.deliver(without_id(*frame)); }

void JobPart::finish() { stream_.part_ended(); }

}  // namespace platen::relay
