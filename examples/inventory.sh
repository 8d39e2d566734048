#!/bin/sh
# Makes the inventory report, which shows pictures: uploads each one, puts its id where inventory.json names the file,
# and submits the report with the data. Needs curl only.
# Usage: inventory.sh [SERVER [OUTPUT.pdf]]
set -eu

server=${1:-http://127.0.0.1:8080}
output=${2:-inventory.pdf}
examples=$(cd "$(dirname "$0")" && pwd)
job=$(mktemp "${TMPDIR:-/tmp}/platen-inventory-XXXXXX")
trap 'rm -f "$job"' EXIT

# The text of a field of a flat JSON object on standard input.
field() { sed -n 's/.*"'"$1"'" *: *"\([^"]*\)".*/\1/p' | head -n 1; }

cp "$examples/inventory.json" "$job"
for image in images/logo.png images/chair.png images/lamp.png images/mug.png; do
  upload=$(curl -fsS -H 'Content-Type: image/png' --data-binary "@$examples/$image" "$server/v1/uploads" | field id)
  sed "s|\"@$image\"|\"$upload\"|" "$job" >"$job.next"
  mv "$job.next" "$job"
done

# The stream of the job's events ends when the report is done; its last event has the link.
last=$(curl -fsSN -H 'Accept: text/event-stream' -F "job=@$job;type=application/json" \
  -F "data=@$examples/inventory.csv;type=text/csv" "$server/v1/jobs" | grep '^data:' | tail -n 1)
link=$(printf '%s\n' "$last" | field url)
if [ -z "$link" ]; then
  echo "inventory: no report came of it: $last" >&2
  exit 1
fi
curl -fsS -o "$output" "$server$link"
echo "$output"
