// cpp-httplib, included here and nowhere else.
//
// It gives handlers its request and response types, and reads queries. It never owns a socket, nor is its server run:
// see docs/decisions/0001.
#pragma once

#include <httplib.h>
