#include "base/settings.hpp"

#include <chrono>
#include <limits>
#include <map>

#include "base/fd.hpp"
#include "base/setting_value.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace std::chrono_literals;
using platen::Errc;
using platen::Secret;
using platen::Settings;
using platen::SettingSources;
using platen::test::TempDir;

namespace {

/// A process with one setting of each kind, and the places that it is read from.
struct Fixture {
  TempDir folder;
  std::map<std::string, std::string> environment;
  std::string redis = "redis://127.0.0.1:6379/0";
  std::string key;
  std::uint32_t slots = 2;
  std::uint64_t limit_bytes = 1;
  std::chrono::seconds retention{3600};
  std::chrono::milliseconds tick{100};
  bool colour = true;
  std::vector<std::string> origins;
  Settings settings{"worker"};

  Fixture() {
    settings.add({.name = "redis", .help = "Where Redis is.", .secret = Secret::url_password}, redis);
    settings.add({.name = "key", .help = "A secret.", .secret = Secret::whole}, key);
    settings.add({.name = "slots", .help = "How many.", .least = 1, .most = 64}, slots);
    settings.add({.name = "limit-bytes", .help = "How large.", .most = 1'000'000'000'000}, limit_bytes);
    settings.add({.name = "retention", .help = "How long.", .most = 864'000}, retention);
    settings.add({.name = "tick", .help = "How often."}, tick);
    settings.add({.name = "colour", .help = "Whether."}, colour);
    settings.add({.name = "origins", .help = "Which."}, origins);
  }

  SettingSources sources(std::map<std::string, std::string> flags = {}) {
    SettingSources from;
    from.flags = std::move(flags);
    from.default_file = folder / "default.toml";
    from.environment = [this](const char* name) -> const char* {
      const auto found = environment.find(name);
      return found == environment.end() ? nullptr : found->second.c_str();
    };
    return from;
  }
  void write_default(std::string_view text) { REQUIRE(platen::write_file(folder / "default.toml", text, 0600)); }
  std::string error_of(const SettingSources& from) {
    const auto loaded = settings.load(from);
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().code == Errc::invalid_request);
    return loaded.error().detail;
  }
};

using platen::test::has_text;

}  // namespace

TEST_CASE("without any source the defaults stand", "[settings]") {
  Fixture f;
  REQUIRE(f.settings.load(f.sources()));
  CHECK(f.slots == 2);
  CHECK(f.tick == 100ms);
}

TEST_CASE("every kind of value is read from the file", "[settings]") {
  Fixture f;
  f.write_default(
      "redis = \"unix:///run/r.sock\"\n[worker]\nslots = 8\nlimit-bytes = 5000000000\nretention = \"7d\"\n"
      "tick = \"1500ms\"\ncolour = false\norigins = [\"a\", \"b\"]\n");
  REQUIRE(f.settings.load(f.sources()));
  CHECK(f.redis == "unix:///run/r.sock");
  CHECK(f.slots == 8);
  CHECK(f.limit_bytes == 5'000'000'000);
  CHECK(f.retention == 7 * 24h);
  CHECK(f.tick == 1500ms);
  CHECK_FALSE(f.colour);
  CHECK(f.origins == std::vector<std::string>{"a", "b"});
}

TEST_CASE("a list stands in the environment and in flags with commas between its texts", "[settings]") {
  Fixture f;
  f.environment = {{"PLATEN_ORIGINS", "a, b,,c "}};
  REQUIRE(f.settings.load(f.sources()));
  CHECK(f.origins == std::vector<std::string>{"a", "b", "c"});
  CHECK_THAT(f.settings.print(), has_text("origins = [\"a\", \"b\", \"c\"]"));
  f.write_default("[worker]\norigins = [1]\n");
  CHECK_THAT(f.error_of(f.sources()), has_text("origins: a setting is a text, a list of texts"));
}

TEST_CASE("a flag counts more than the environment, and that more than the file", "[settings]") {
  Fixture f;
  f.write_default("[worker]\nslots = 8\ntick = \"1s\"\nretention = \"1h\"\n");
  f.environment = {{"PLATEN_SLOTS", "9"}, {"PLATEN_TICK", "2s"}, {"PLATEN_RETENTION", ""}};
  REQUIRE(f.settings.load(f.sources({{"slots", "10"}})));
  CHECK(f.slots == 10);
  CHECK(f.tick == 2s);
  CHECK(f.retention == 1h);  // an empty variable is none
}

TEST_CASE("a process's own table counts more than a shared key", "[settings]") {
  Fixture f;
  f.write_default("redis = \"redis://a\"\nlog-level = \"info\"\n[worker]\nredis = \"redis://b\"\n");
  REQUIRE(f.settings.load(f.sources()));
  CHECK(f.redis == "redis://b");
}

TEST_CASE("another process's table is not this one's to check", "[settings]") {
  Fixture f;
  f.write_default("[platend]\nwhatever = 1\n");
  CHECK(f.settings.load(f.sources()));
}

TEST_CASE("an unknown key is refused by place and name, with the nearest known one", "[settings]") {
  Fixture f;
  f.write_default("[worker]\nslots = 1\nslotts = 8\n");
  CHECK(f.error_of(f.sources()) ==
        f.folder / "default.toml" + ":3: unknown key 'slotts' in [worker]. Did you mean 'slots'?");
  f.write_default("redsi = \"x\"\n");
  CHECK_THAT(f.error_of(f.sources()), has_text(":1: unknown key 'redsi'. Did you mean 'redis'?"));
  f.write_default("[workers]\nslots = 8\n");
  CHECK_THAT(f.error_of(f.sources()), has_text("unknown key 'workers'. Did you mean 'worker'?"));
  f.write_default("slots = 8\n");
  CHECK_THAT(f.error_of(f.sources()), has_text("'slots' belongs into the table [worker]"));
}

TEST_CASE("a value that does not fit is refused by place, with what would fit", "[settings]") {
  Fixture f;
  CHECK(f.error_of(f.sources({{"slots", "0"}})) == "--slots: '0' is not a whole number from 1 to 64.");
  CHECK_THAT(f.error_of(f.sources({{"slots", "-1"}})), has_text("'-1' is not"));
  CHECK_THAT(f.error_of(f.sources({{"tick", "15"}})), has_text("'15' is not a time with its unit (500ms, 15s"));
  CHECK_THAT(f.error_of(f.sources({{"retention", "500ms"}})), has_text("--retention: '500ms' is not"));
  CHECK_THAT(f.error_of(f.sources({{"retention", "11d"}})), has_text("from 0s to 10d"));
  CHECK_THAT(f.error_of(f.sources({{"retention", "99999999999999999d"}})), has_text("is not a time"));
  f.environment = {{"PLATEN_COLOUR", "maybe"}};
  CHECK(f.error_of(f.sources()) == "PLATEN_COLOUR: 'maybe' is neither true nor false.");
  f.environment.clear();
  f.write_default("[worker]\nslots = [1]\n");
  CHECK_THAT(f.error_of(f.sources()), has_text(":2: slots: a setting is a text"));
}

TEST_CASE("a file that is not TOML is refused with its line", "[settings]") {
  Fixture f;
  f.write_default("[worker]\nslots = = 2\n");
  CHECK_THAT(f.error_of(f.sources()), has_text("default.toml:2: "));
}

TEST_CASE("a file that is asked for must exist", "[settings]") {
  Fixture f;
  SettingSources from = f.sources();
  from.config_file = f.folder / "none.toml";
  CHECK(f.error_of(from) == "There is no configuration file '" + f.folder / "none.toml" + "'.");
  from.config_file.reset();
  f.environment["PLATEN_CONFIG"] = f.folder / "other.toml";
  CHECK_THAT(f.error_of(from), has_text("other.toml"));
}

TEST_CASE("passwords among an address's parameters are hidden too", "[settings]") {
  Fixture f;
  f.environment = {{"PLATEN_REDIS", "redis+sentinel://u:sesame@a,b/m?sentinel_user=v&sentinel_password=sesame&x=1"}};
  REQUIRE(f.settings.load(f.sources()));
  CHECK_THAT(f.settings.print(),
             has_text("\"redis+sentinel://u:***@a,b/m?sentinel_user=v&sentinel_password=***&x=1\""));
  f.environment = {{"PLATEN_REDIS", "unix:///s?password=sesame&db=1"}};
  REQUIRE(f.settings.load(f.sources()));
  CHECK_THAT(f.settings.print(), has_text("\"unix:///s?password=***&db=1\""));
  f.environment = {{"PLATEN_REDIS", "redis://u:sesame@a/0 redis://u:open sesame@b/1 unix:///s?password=sesame"}};
  REQUIRE(f.settings.load(f.sources()));
  CHECK_THAT(f.settings.print(), has_text("\"redis://u:***@a/0 redis://u:***@b/1 unix:///s?password=***\""));
}

TEST_CASE("what is printed names each origin, hides secrets, and can be read back", "[settings]") {
  Fixture f;
  f.write_default("[worker]\nslots = 8\n");
  f.environment = {{"PLATEN_REDIS", "redis://user:open:se@same@host:1/0"}};
  REQUIRE(f.settings.load(f.sources({{"key", "sesame"}})));
  const std::string printed = f.settings.print();
  CHECK_THAT(printed, !has_text("same"));
  CHECK_THAT(printed, has_text("redis = \"redis://user:***@host:1/0\"  # PLATEN_REDIS\n"));
  CHECK_THAT(printed, has_text("key = \"***\"  # --key\n"));
  CHECK_THAT(printed, has_text("slots = 8  # " + f.folder / "default.toml:2: slots\n"));
  CHECK_THAT(printed, has_text("retention = \"1h\"  # default\n"));

  Fixture again;
  again.write_default(printed);
  REQUIRE(again.settings.load(again.sources()));
  CHECK(again.slots == 8);
  CHECK(again.retention == 1h);
}

TEST_CASE("a refused secret is not repeated", "[settings]") {
  Settings settings("worker");
  std::uint32_t pin = 0;
  settings.add({.name = "pin", .help = "A secret number.", .secret = Secret::whole}, pin);
  SettingSources from;
  from.default_file.clear();
  from.flags["pin"] = "sesame";
  const auto loaded = settings.load(from);
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().detail == "--pin: its value is not a whole number from 0 to 4294967295.");
}

TEST_CASE("the reference file holds every setting once and changes nothing", "[settings]") {
  Fixture worker;
  Settings front("platend");
  std::string redis = worker.redis;
  std::string listen = "127.0.0.1:8080";
  front.add({.name = "redis", .help = "Where Redis is."}, redis);
  front.add({.name = "listen", .help = "Where to listen."}, listen);
  const std::string reference = platen::reference_config({&front, &worker.settings});
  CHECK(reference.find("#redis = ") == reference.rfind("#redis = "));
  CHECK_THAT(reference, has_text("\n[platend]\n\n# Where to listen.\n#listen = \"127.0.0.1:8080\"\n"));
  CHECK_THAT(reference, has_text("\n# How long.\n#retention = \"1h\"\n"));
  worker.write_default(reference);
  CHECK(worker.settings.load(worker.sources()));
  CHECK(worker.slots == 2);
}

TEST_CASE("text with quotes and control characters survives being written and read", "[settings]") {
  Fixture f;
  const std::string odd = "a\"b\\c\n\x01 é";
  f.write_default("redis = " + platen::show_value(odd) + "\n");
  REQUIRE(f.settings.load(f.sources()));
  CHECK(f.redis == odd);
}
