#include "cli/exit.hpp"

#include "cli/api.hpp"
#include "tests/support/catch.hpp"

using namespace platen;
using namespace platen::cli;

TEST_CASE("each kind of failure has its exit status", "[cli]") {
  struct Case {
    Errc code;
    int status;
  };
  const auto entry = GENERATE(Case{Errc::invalid_request, 2}, Case{Errc::invalid_report, 2}, Case{Errc::bad_data, 2},
                              Case{Errc::not_found, 2}, Case{Errc::too_large, 2}, Case{Errc::unsupported_media, 2},
                              Case{Errc::conflict, 4}, Case{Errc::gone, 4}, Case{Errc::forbidden, 4},
                              Case{Errc::method_not_allowed, 4}, Case{Errc::busy, 5}, Case{Errc::unavailable, 5},
                              Case{Errc::timed_out, 5}, Case{Errc::internal, 5}, Case{Errc::canceled, 130});
  CHECK(static_cast<int>(exit_of(entry.code)) == entry.status);
}

TEST_CASE("each end of a job has its exit status", "[cli]") {
  CHECK(static_cast<int>(exit_of(JobState::succeeded)) == 0);
  CHECK(static_cast<int>(exit_of(JobState::failed)) == 1);
  CHECK(static_cast<int>(exit_of(JobState::expired)) == 1);
  CHECK(static_cast<int>(exit_of(JobState::canceled)) == 3);
}

TEST_CASE("a refusal is the server's own error, or what its status says of a proxy's", "[cli]") {
  CHECK(error_in({404, {}, R"({"code":"gone","detail":"It has been removed."})"}) ==
        Error{Errc::gone, "It has been removed.", {}});
  CHECK(error_in({403, {}, "<html>"}).code == Errc::forbidden);
  CHECK(error_in({404, {}, ""}).code == Errc::not_found);
  CHECK(error_in({413, {}, ""}).code == Errc::too_large);
  CHECK(error_in({429, {}, ""}).code == Errc::busy);
  CHECK(error_in({502, {}, ""}).code == Errc::unavailable);
  CHECK(error_in({418, {}, ""}).code == Errc::invalid_request);
}

TEST_CASE("the exit status of several jobs is the worst, in the documented order", "[cli]") {
  const Exit order[] = {Exit::ok,          Exit::canceled,    Exit::job_failed, Exit::usage,
                        Exit::not_allowed, Exit::unreachable, Exit::detached};
  for (std::size_t better = 0; better < std::size(order); ++better)
    for (std::size_t bad = better; bad < std::size(order); ++bad) {
      CHECK(worse(order[better], order[bad]) == order[bad]);
      CHECK(worse(order[bad], order[better]) == order[bad]);
    }
}
