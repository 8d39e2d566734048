#!/bin/sh
# Holds the tree to its rules: who may include whom, each foreign header's one home, file sizes, locks only in base.
# Usage: lint.sh SOURCE_DIR. Prints each breach as file:line: rule; exit 1 if there is any.
set -eu
cd "$1"

files=$(find include src worker tests web -type f \( -name '*.cpp' -o -name '*.hpp' -o -name '*.lua' -o -name '*.js' \
  -o -name '*.mjs' -o -name '*.css' -o -name '*.html' \) | sort)

# shellcheck disable=SC2086  # one word a file
awk '
  BEGIN {
    # The arrows: a module and what it may include besides itself, include/platen and base.
    may["base"] = ""; may["metrics"] = ""; may["codec"] = ""; may["net"] = ""; may["redis"] = ""
    may["trace"] = "net codec"; may["queue"] = "redis codec"; may["store"] = "net"; may["jobs"] = "net codec"; may["relay"] = "codec"
    may["http"] = "relay codec metrics"
    may["app"] = "metrics codec net trace redis queue store jobs relay http"
    may["cli"] = "net codec queue redis"
    may["worker/confine"] = ""; may["worker/data"] = ""; may["worker/layout"] = "codec worker/data"
    may["worker/figures"] = "codec worker/data worker/layout"
    may["worker/pdf"] = "worker/layout"; may["worker/draw"] = "codec worker/data worker/layout worker/figures worker/pdf"
    may["worker/slots"] = "codec trace redis queue store"
    may["worker"] = "codec trace redis queue store worker/confine worker/data worker/layout worker/figures worker/draw worker/pdf worker/slots"

    # Foreign headers: a pattern of the header, and of the files that may include it.
    home["^httplib[.]h$"] = "^src/http/|^tests/bench/peers/"
    home["^hiredis/"] = "^src/redis/|^tests/bench/peers/"
    home["^nlohmann/"] = "^src/codec/"
    home["^curl/"] = "^src/net/"
    home["^openssl/"] = "^src/base/crypto[.]|^src/redis/tls[.]"
    home["^toml[+][+]/"] = "^src/base/settings"
    home["^systemd/"] = "^src/base/systemd[.]"
    home["^spdlog/"] = "^src/base/log[.]"
    home["^CLI/"] = "^src/base/(flags|command_description)[.]hpp$|^src/cli/command_line[.]hpp$|_main[.]cpp$|^tests/bench/"
    home["^(cairo|pango|fontconfig|ft2build|freetype)"] = "^worker/(draw|figures)/"
    home["^hb"] = "^worker/pdf/font_"
    home["^libdeflate[.]h$"] = "^worker/pdf/deflate[.]"
    home["^(jpeglib|jerror)[.]h$"] = "^worker/figures/jpeg_file[.]|^tests/unit/figures/pictures[.]"
    home["^unicode/"] = "^worker/data/(locale|collation|icu_text)[.]|^tests/unit/worker/data_locale_oracle_test[.]cpp$"
    home["^simdjson[.]h$"] = "^worker/data/json_row[.]"
    home["^qpdf/"] = "^worker/pdf/"
    home["^prometheus/"] = "^src/metrics/"
    home["^wslay/"] = "^src/relay/websocket_frame[.]"
    home["^(seccomp|linux/seccomp)[.]h$"] = "^worker/confine/system_calls[.]"
    home["^linux/landlock[.]h$"] = "^worker/confine/landlock[.]"
    home["^csv[.]h$"] = "^tests/"
    home["^hpdf[.]h$"] = "^tests/bench/peers/"
    home["^catch2/"] = "^tests/support/catch[.]hpp$"
    max_lines = 400
  }
  function breach(text) { printf "%s:%d: %s\n", FILENAME, FNR, text; found = 1 }
  function module_of(path,   part) {
    split(path, part, "/")
    if (part[1] == "src") return part[2]
    if (part[1] == "worker") return path ~ /^worker\/[^\/]+\// ? "worker/" part[2] : "worker"
    return part[1]
  }
  function target_of(header,   part) {  # the module that a quoted include names
    split(header, part, "/")
    if (part[1] == "platen") return "platen"
    if (part[1] == "worker") return header ~ /^worker\/[^\/]+\// ? "worker/" part[2] : "worker"
    return part[1]
  }
  FNR == 1 {
    if (NR > 1 && last_lines > max_lines) too_long()
    module = module_of(FILENAME); is_test = FILENAME ~ /^tests\//
  }
  function too_long() { printf "%s:1: %d lines; %d at most: is one idea in it?\n", last_file, last_lines, max_lines; found = 1 }
  { last_file = FILENAME; last_lines = FNR }
  /^#include "/ {
    header = $2; gsub(/"/, "", header); to = target_of(header)
    if (to == "tests" && !is_test) breach("product code includes tests")
    if (is_test || to == "platen" || to == "base" || to == module) next
    if (module == "include") { breach("the domain includes only the domain: " header); next }
    if (index(" " may[module] " ", " " to " ") == 0) breach(module " may not include " to ": " header)
  }
  /^#include </ {
    header = $2; gsub(/[<>]/, "", header)
    for (pattern in home) if (header ~ pattern && FILENAME !~ home[pattern])
      breach("<" header "> has one home: " home[pattern])
    if (module == "include" && header ~ /[.]h(pp)?$/ && header !~ /^tl\//) breach("the domain does no I/O: <" header ">")
  }
  /std::(recursive_|shared_|timed_)?mutex|std::condition_variable|std::atomic/ {
    if (!is_test && module != "base") breach("locks and atomics live in base/ (Guarded, BoundedQueue)")
  }
  /^TEST_CASE\("[^"]*;/ { breach("ctest cuts a name off at its semicolon, and the test would never run") }
  /(inner|outer)HTML|insertAdjacentHTML|document[.]write|[^_[:alnum:]]eval[(]/ {
    if (FILENAME ~ /^web\//) breach("what comes from outside becomes text: elements are made by web/make.js")
  }
  /sleep_for|usleep\(/ { if (is_test && FILENAME !~ /^tests\/(support|bench|chaos)\//) breach("tests poll with a deadline (eventually), they do not sleep") }
  /(^|[^_[:alnum:]])new [A-Z]|(^|[^_[:alnum:]=] )delete [a-z]/ {
    if ($0 !~ /^[[:space:]]*(\/\/|--|\*)/ && FILENAME ~ /[.][ch]pp$/ && !is_test) breach("no new, no delete: an owner makes and frees it")
  }
  END { if (last_lines > max_lines) too_long(); exit found }
' $files

# Scripts of the queue open, after the line that Redis reads, with what they do, take and give.
for script in src/queue/lua/*.lua; do
  sed '/^#!/d' "$script" | head -n 1 | grep -q '^--' || { echo "$script:1: opens with its arguments and result"; exit 1; }
done
