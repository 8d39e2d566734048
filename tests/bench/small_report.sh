#!/bin/sh
# How long a client waits for a report of 100 rows: from its POST to the `succeeded` event on the stream that answers it,
# through a whole Platen of its own. Prints the median and the largest of 20, in ms. Usage: small_report.sh BUILD_DIR
set -eu
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
private=$(mktemp -d)
"$build/platen" up --listen 127.0.0.1:0 --port-file "$private/port" --data-dir "$private/data" >"$private/log" 2>&1 &
up=$!
trap 'kill -TERM "$up" 2>/dev/null; wait "$up" 2>/dev/null || true; rm -rf "$private"' EXIT
tries=0
while [ ! -s "$private/port" ]; do
  if ! kill -0 "$up" || [ "$tries" -ge 600 ]; then
    cat "$private/log" >&2
    exit 1
  fi
  tries=$((tries + 1))
  sleep 0.1
done
server=http://127.0.0.1:$(cat "$private/port")
"$here/orders.sh" 100 >"$private/orders.csv"
# The stream ends with that event, so that curl's whole time is the wait.
for _ in $(seq 21); do
  curl -sS -N -F 'job={"report":{"title":"Orders report"}}' -F "data=@$private/orders.csv" \
    -H 'Accept: text/event-stream' -o "$private/events" -w '%{time_total}\n' "$server/v1/jobs" >>"$private/times"
  grep -q '^event: succeeded' "$private/events" || { cat "$private/events" >&2; exit 1; }
done
# The first one also waits for what starts with the service.
tail -n +2 "$private/times" | sort -n | awk '{ t[NR] = $1 * 1000 } END { printf "median %.0f ms, largest %.0f ms\n", t[int(NR / 2) + 1], t[NR] }'
