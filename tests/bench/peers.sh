#!/bin/sh
# The same report from the same CSV by Platen and by each peer that is installed: a title, eight columns, the header row
# on each page, zebra, numbers to the right, "Page N of M" where the tool can, A4 landscape. Prints for each the rows,
# the median time, rows/s, the peak memory of all its processes (and of what no file backs of it), the PDF's size, and
# how many times faster Platen is with one thread and with two. Peers that take long for a row get fewer rows.
# Installs nothing (install.sh does), leaves nothing. Usage: peers.sh BUILD_DIR [ROWS]
# Environment: PROTOTYPE, another program to compare with, called as `PROTOTYPE IN.csv OUT.pdf`, in the shell's words.
set -eu
build=$(cd "$1" && pwd)
rows=${2:-100000}
here=$(cd "$(dirname "$0")" && pwd)
peers=$here/peers
installed=$(cd "$build/.." && pwd)/peers
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
export NODE_PATH="$installed/node_modules"

"$here/orders.sh" "$rows" >"$data/all.csv"

# report REPEAT DIVISOR NAME COMMAND…: on ROWS / DIVISOR rows; `IN.csv OUT.pdf` is added to the command. Sets `rate`.
one=
two=
report() {
  repeat=$1 share=$((rows / $2)) name=$3
  shift 3
  head -n $((share + 1)) "$data/all.csv" >"$data/in.csv"
  : >"$data/runs"
  for _ in $(seq "$repeat"); do
    "$build/measure" "$@" "$data/in.csv" "$data/out.pdf" >>"$data/runs" 2>"$data/errors" || {
      printf '%-22s failed: %s\n' "$name" "$(tail -n 1 "$data/errors")"
      return 0
    }
  done
  seconds=$(sort -n "$data/runs" | awk '{ time[NR] = $1 } END { print time[int((NR + 1) / 2)] }')
  awk -v name="$name" -v rows="$share" -v seconds="$seconds" -v bytes="$(wc -c <"$data/out.pdf")" -v one="$one" -v two="$two" '
    { if ($2 > memory) memory = $2; if ($3 > anonymous) anonymous = $3 }
    END {
      ratio1 = one ? sprintf("%.1f", one / (rows / seconds)) : "-"
      ratio2 = two ? sprintf("%.1f", two / (rows / seconds)) : "-"
      printf "%-22s %8d %8.2f %9.0f %7d %7d %8.1f %8s %8s\n", name, rows, seconds, rows / seconds, memory, anonymous,
        bytes / rows * 100000 / 1e6, ratio1, ratio2
    }' "$data/runs"
  rate=$(awk -v rows="$share" -v seconds="$seconds" 'BEGIN { print rows / seconds }')
}

has() { command -v "$1" >/dev/null 2>&1; }
has_module() { has node && [ -d "$NODE_PATH/$1" ]; }
missing() { printf '%-22s not installed\n' "$1"; }

printf '%-22s %8s %8s %9s %7s %7s %8s %8s %8s\n' "" rows seconds rows/s "MiB" "anon" "MB/100k" "Platen 1" "Platen 2"
report 3 1 "Platen, 1 thread" "$peers/platen.sh" "$build" 1
one=$rate
report 3 1 "Platen, 2 threads" "$peers/platen.sh" "$build" 2
two=$rate
# shellcheck disable=SC2086  # the shell's words
[ -z "${PROTOTYPE:-}" ] || report 3 1 "prototype" $PROTOTYPE
if [ -x "$installed/libharu" ]; then report 3 1 "libharu" "$installed/libharu"; else missing libharu; fi
if /usr/bin/python3 -c 'import reportlab' 2>/dev/null; then
  report 3 1 "reportlab canvas" "$peers/reportlab_canvas.py"
  report 1 5 "reportlab LongTable" "$peers/reportlab_longtable.py"
else
  missing reportlab
fi
if has_module pdfkit; then report 1 5 "pdfkit" node "$peers/pdfkit.js"; else missing pdfkit; fi
if has_module pdfmake; then report 1 5 "pdfmake" node "$peers/pdfmake.js"; else missing pdfmake; fi
if has wkhtmltopdf; then report 1 20 "wkhtmltopdf" "$peers/wkhtmltopdf.sh"; else missing wkhtmltopdf; fi
if has chromium; then report 1 50 "Chromium" "$peers/chromium.sh"; else missing chromium; fi
