#!/bin/sh
# make check: format, tidy, lint. Needs clang-format and clang-tidy and the compile commands of `make build`.
set -eu
cd "$(dirname "$0")/../.."
for tool in clang-format clang-tidy; do
  command -v "$tool" >/dev/null || { echo "make check needs $tool: apt-get install $tool" >&2; exit 1; }
done
[ -e build/release/compile_commands.json ] || { echo "make check needs a build: make build" >&2; exit 1; }
sources=$(git ls-files -- '*.cpp' '*.hpp')
echo "format"
# shellcheck disable=SC2086  # one word a file
clang-format --dry-run --Werror $sources
echo "lint"
tests/lint/lint.sh .
echo "tidy"
git ls-files -- 'src/*.cpp' 'worker/*.cpp' | xargs -P "$(nproc)" -n 4 clang-tidy -p build/release --quiet 2>/dev/null
echo "all clean"
