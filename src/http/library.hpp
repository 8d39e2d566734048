// cpp-httplib, included here and nowhere else.
//
// It matches requests to handlers and gives them its request and response types. It never owns a socket: see
// library_server.hpp.
#pragma once

#include <httplib.h>
