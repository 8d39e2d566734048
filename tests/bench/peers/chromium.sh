#!/bin/sh
# Chromium's own printing; its footer says "N/M". Usage: chromium.sh IN.csv OUT.pdf
set -eu
html=$2.html
profile=$(mktemp -d)
trap 'rm -rf "$html" "$profile"' EXIT
awk -f "$(dirname "$0")/html.awk" "$1" >"$html"
# Root has no sandbox there, and what is printed is our own.
chromium --headless --no-sandbox --disable-gpu --user-data-dir="$profile" --print-to-pdf="$2" "file://$html"
[ -s "$2" ]  # it exits with 0 even if it printed nothing
