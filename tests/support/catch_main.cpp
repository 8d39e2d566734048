// Catch2 2 only: the test programs' main, compiled once. (Catch2 3 brings its own.)
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
