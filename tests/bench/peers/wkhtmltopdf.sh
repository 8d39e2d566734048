#!/bin/sh
# wkhtmltopdf as Debian has it (its Qt is not the patched one: no page numbers). Usage: wkhtmltopdf.sh IN.csv OUT.pdf
set -eu
html=$2.html
trap 'rm -f "$html"' EXIT
awk -f "$(dirname "$0")/html.awk" "$1" >"$html"
export QT_QPA_PLATFORM=offscreen XDG_RUNTIME_DIR="${TMPDIR:-/tmp}"
wkhtmltopdf --quiet --page-size A4 --orientation Landscape --margin-top 12.7mm --margin-bottom 12.7mm \
  --margin-left 12.7mm --margin-right 12.7mm "$html" "$2"
