#!/bin/sh
# make bench: every bench on data made here, then the peers that happen to be installed; they print rates, nothing is
# asserted. Usage: run.sh BUILD_DIR [ROWS]
set -eu
build=$1
rows=${2:-100000}
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
here=$(cd "$(dirname "$0")" && pwd)
"$here/orders.sh" "$rows" >"$data/orders.csv"
"$here/orders.sh" "$rows" intl >"$data/intl.csv"
echo "== scan_bench, $rows rows"
"$build/scan_bench" "$data/orders.csv"
render() {
  echo "== render_bench, $rows rows: $1"
  shift
  for threads in 1 2; do "$build/render_bench" "$@" --threads "$threads" --repeat 3; done
}
render "plain" "$data/orders.csv"
render "1 % of the customers Chinese, Japanese, Korean or Arabic" "$data/intl.csv"
render "grouped, with totals, wrapped" "$data/orders.csv" --json "$here/grouped.json"
echo "== a report of 100 rows through platen up"
"$here/small_report.sh" "$build"
for bench in door_bench drip_bench download_bench hub_bench queue_bench; do
  echo "== $bench"
  "$build/$bench"
done
echo "== peers"
"$here/peers.sh" "$build" "$rows"
echo "== queues"
"$here/queue.sh" "$build"
