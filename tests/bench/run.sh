#!/bin/sh
# make bench: every bench on data made here; they print rates, nothing is asserted. Usage: run.sh BUILD_DIR [ROWS]
set -eu
build=$1
rows=${2:-100000}
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
"$(dirname "$0")/../../examples/orders.sh" "$rows" >"$data/orders.csv"
for bench in scan_bench render_bench; do
  echo "== $bench, $rows rows"
  "$build/$bench" "$data/orders.csv"
done
for bench in door_bench relay_bench; do
  echo "== $bench"
  "$build/$bench"
done
