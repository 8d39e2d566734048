// libcurl's handles with owners. Private to net.
#pragma once

#include <curl/curl.h>

#include "base/owned.hpp"

namespace platen::net {

using Easy = Owned<CURL, curl_easy_cleanup>;
using Multi = Owned<CURLM, curl_multi_cleanup>;
using HeaderList = Owned<curl_slist, curl_slist_free_all>;

/// Once for the process, before anything else. Throws std::runtime_error when libcurl cannot be set up.
void set_up_library();

}  // namespace platen::net
