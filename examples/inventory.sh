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

# Waits for the report; one that takes longer would be followed at /v1/jobs/ID/events.
id=$(curl -fsS -H 'Prefer: wait=25' -F "job=@$job;type=application/json" -F "data=@$examples/inventory.csv;type=text/csv" \
  "$server/v1/jobs" | field id)
curl -fsSL -o "$output" "$server/v1/jobs/$id/result"
echo "$output"
