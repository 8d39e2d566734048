#include "relay/job_part.hpp"

#include "relay/stream.hpp"

namespace platen::relay {

void JobPart::deliver(const Notice& notice) { stream_.send(notice.in(Form::sse_without_id)); }

void JobPart::finish() { stream_.part_ended(); }

}  // namespace platen::relay
