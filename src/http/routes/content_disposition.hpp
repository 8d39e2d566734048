// The name under which a browser saves a download (RFC 6266, RFC 8187).
#pragma once

#include <string>
#include <string_view>

namespace platen::http {

/// `attachment; filename="Orders.pdf"; filename*=UTF-8''Orders.pdf`: the first in plain ASCII for old clients, what
/// is not replaced by '_'; the second exact. `type` says whether it is saved (`attachment`) or shown (`inline`).
[[nodiscard]] std::string content_disposition(std::string_view filename, std::string_view type = "attachment");

}  // namespace platen::http
