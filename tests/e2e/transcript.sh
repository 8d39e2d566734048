#!/bin/sh
# Runs the commands of the README's transcript for real and compares what they say, or writes it there. What differs from
# run to run (ids, ports, sizes, times, how far progress was when it was told) is put into one form first.
# Usage: transcript.sh check|write SOURCE_DIR BUILD_DIR
set -eu
mode=$1
source=$(cd "$2" && pwd)
build=$(cd "$3" && pwd)
folder=$(mktemp -d "${TMPDIR:-/tmp}/platen-transcript-XXXXXX")
up=
finish() {
  status=$?
  trap - EXIT INT TERM HUP
  [ -z "$up" ] || { kill -TERM "$up" 2>/dev/null && wait "$up" 2>/dev/null; } || true
  rm -rf "$folder"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

mkdir "$folder/work"
"$source/examples/orders.sh" 20000 >"$folder/work/orders.csv"
"$source/examples/orders.sh" 5000 >"$folder/work/returns.csv"
HOME=$folder XDG_CONFIG_HOME=$folder/none "$build/platen" up --listen 127.0.0.1:0 --port-file "$folder/port" \
  --data-dir "$folder/data" >"$folder/up.log" 2>&1 &
up=$!
tries=0
while [ ! -s "$folder/port" ]; do
  kill -0 "$up" 2>/dev/null || { cat "$folder/up.log" >&2; exit 1; }
  tries=$((tries + 1))
  [ "$tries" -lt 600 ] || { echo "Platen is not ready after a minute" >&2; exit 1; }
  sleep 0.1
done
export PLATEN_SERVER="http://127.0.0.1:$(cat "$folder/port")" HOME="$folder" XDG_CONFIG_HOME="$folder/none"
export PATH="$build:$PATH"
cd "$folder/work"
mkdir reports

# The commands, each as it is typed.
say() {
  printf '$ %s\n' "$1"
  sh -c "$1" 2>&1 || true
}
{
  say "platen submit orders.csv --title 'Orders 2026' --watch -o orders.pdf"
  say "platen submit orders.csv returns.csv --tag month=2026-03 -o reports/ -q | sort"
  say "platen list --tag 'month=2026-*'"
  say "platen submit orders.csv --title 'Orders 2026' --orientation sideways"
} >"$folder/said"

# Progress is told when it comes: which lines of it there are differs.
sed -E -e '/^(scan|render|finish|store) [0-9]+ %/d' \
  -e 's/job_[0-9a-z]+/job_0…/g' -e "s|$PLATEN_SERVER|http://127.0.0.1:8080|g" \
  -e 's/[0-9,]+ pages/541 pages/' -e 's/[0-9.]+ MB in [0-9.]+ s/1.2 MB in 0.4 s/' -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/2026-03-01T09:30:00.000Z/' \
  "$folder/said" >"$folder/transcript"

readme=$source/README.md
awk -v file="$folder/transcript" '
  /^<!-- transcript/ { print; print "```console"; while ((getline line < file) > 0) print line; print "```"; skips = 1; next }
  /^<!-- end of transcript/ { skips = 0 }
  !skips { print }' "$readme" >"$folder/README.md"
if [ "$mode" = write ]; then
  cat "$folder/README.md" >"$readme"
elif ! diff -u "$readme" "$folder/README.md"; then
  echo "README.md does not show what the commands say: make transcript" >&2
  exit 1
fi
