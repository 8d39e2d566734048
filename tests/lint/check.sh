#!/bin/sh
# make check: format, tidy, lint. Needs clang-format and clang-tidy (installed by `make check` where they are missing).
set -eu
cd "$(dirname "$0")/../.."
sources=$(git ls-files -- '*.cpp' '*.hpp')
echo "format"
# shellcheck disable=SC2086  # one word a file
clang-format --dry-run --Werror $sources
echo "lint"
tests/lint/lint.sh .
echo "tidy"
git ls-files -- 'src/*.cpp' 'worker/*.cpp' | xargs -P "$(nproc)" -n 4 clang-tidy -p build/release --quiet 2>/dev/null
echo "all clean"
