// deploy/platen.toml is what the programs' settings say.
#include "app/options.hpp"
#include "base/fd.hpp"
#include "tests/support/catch.hpp"
#include "worker/slots/worker_settings.hpp"

TEST_CASE("deploy/platen.toml has every setting with its default and its sentence") {
  platen::app::Options options;
  platen::Settings front("platend");
  platen::app::define(front, options);
  const platen::worker::WorkerSettings worker;
  const auto file = platen::read_file(std::string(PLATEN_SOURCE) + "/deploy/platen.toml", 1U << 20U);
  REQUIRE(file);
  CHECK(*file == platen::reference_config({&front, &worker.settings}));
}

TEST_CASE("a listener, a public URL and a host's name that are none are refused") {
  platen::app::Options options;
  CHECK(platen::app::check(options));
  options.listen = "[::1]:0";
  CHECK(platen::app::check(options));
  options.listen = "8080";
  CHECK_FALSE(platen::app::check(options));
  options = {};
  options.public_url = "reports.example.com";
  CHECK_FALSE(platen::app::check(options));
  options = {};
  options.allow_host = {"reports.example.com"};
  CHECK(platen::app::check(options));
  options.allow_host = {"https://reports.example.com"};
  CHECK_FALSE(platen::app::check(options));
}
