// Catch2 2 or 3, whichever the distribution has: the header that exists is the one that is meant.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
