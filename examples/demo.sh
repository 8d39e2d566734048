#!/bin/sh
# Makes a report of 20,000 orders from nothing: starts Platen in a private folder on a free port, submits the orders
# through the HTTP API, shows the progress, keeps the PDF, stops everything.
# Usage: demo.sh BUILD_DIR [OUTPUT_DIR [ROWS]]
set -eu

if [ $# -lt 1 ]; then
  echo "usage: demo.sh BUILD_DIR [OUTPUT_DIR [ROWS]]" >&2
  exit 2
fi
build=$(cd "$1" && pwd)
examples=$(cd "$(dirname "$0")" && pwd)
output=${2:-$(dirname "$build")/demo}
rows=${3:-20000}
mkdir -p "$output"
output=$(cd "$output" && pwd)
private=$(mktemp -d "${TMPDIR:-/tmp}/platen-demo-XXXXXX")
up=

finish() {
  status=$?
  trap - EXIT INT TERM HUP
  if [ -n "$up" ]; then
    kill -TERM "$up" 2>/dev/null || true
    wait "$up" 2>/dev/null || true  # it stops its programs before it ends
  fi
  if [ "$status" -ne 0 ]; then
    echo "demo: it did not work; what Platen said:" >&2
    cat "$private/up.log" >&2 2>/dev/null || true
  fi
  rm -rf "$private"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

echo "Writing $rows orders …"
"$examples/orders.sh" "$rows" >"$private/orders.csv"

echo "Starting Platen in $private …"
"$build/platen" up --listen 127.0.0.1:0 --port-file "$private/port" --data-dir "$private/data" \
  >"$private/up.log" 2>&1 &
up=$!
tries=0
while [ ! -s "$private/port" ]; do
  kill -0 "$up" 2>/dev/null || { echo "demo: Platen did not start" >&2; exit 1; }
  tries=$((tries + 1))
  [ "$tries" -lt 600 ] || { echo "demo: Platen is not ready after a minute" >&2; exit 1; }
  sleep 0.1
done
server=http://127.0.0.1:$(cat "$private/port")

echo "Submitting them to $server/v1/jobs …"
pdf=$("$build/platen" submit "$private/orders.csv" --report "$examples/orders.json" --watch -o "$output/orders.pdf" \
  --server "$server")

echo "The report: $pdf"
