#!/bin/sh
# make fuzz: each target for SECONDS_EACH (30), from the seeds in the tree. Needs clang and its runtime.
set -eu
cd "$(dirname "$0")/../.."
command -v clang++ >/dev/null || { echo "make fuzz needs clang: apt-get install clang libclang-rt-dev" >&2; exit 1; }
cmake --preset fuzz >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }
cmake --build --preset fuzz -j "$(nproc)"
for program in build/fuzz/fuzz_*; do
  name=${program##*/fuzz_}
  mkdir -p "build/fuzz/corpus/$name"
  echo "== $name"
  "$program" -max_total_time="${SECONDS_EACH:-30}" -max_len=65536 -rss_limit_mb=2048 -print_final_stats=0 -verbosity=0 \
    "build/fuzz/corpus/$name" "tests/fuzz/corpus/$name"
done
