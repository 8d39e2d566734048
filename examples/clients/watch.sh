#!/bin/sh
# Follows a report with curl: each event as a line, "ID NAME DATA", over broken connections, until the report has ended.
# Usage: watch.sh http://127.0.0.1:8080/v1/jobs/job_0…/events
set -eu
state=$(mktemp -d)
trap 'rm -rf "$state"' EXIT
echo 2000 >"$state/retry"
: >"$state/last"

while :; do
  : >"$state/head"
  # Without a value the header is not sent. 60 s without a byte is a dead connection: heartbeats come every 15 s.
  curl -sN --speed-limit 1 --speed-time 60 -D "$state/head" -H "Last-Event-ID: $(cat "$state/last")" "$1" |
    while IFS= read -r line; do
      case $line in
        "event: "*) event=${line#event: } ;;
        "data: "*) data=${line#data: } ;;
        "id: "*) id=${line#id: } ;;
        "retry: "*) echo "${line#retry: }" >"$state/retry" ;;
        "")
          if [ -n "${data:-}" ]; then
            echo "${id:--} $event $data"
            [ -z "${id:-}" ] || echo "$id" >"$state/last"
          fi
          event="" data="" id="" ;;
      esac
    done
  case $(head -n 1 "$state/head") in
    "HTTP/"*" 204"*) exit 0 ;;  # there is nothing more to come
    "HTTP/"*" 4"*) cat "$state/head" >&2; exit 1 ;;
  esac
  wait_ms=$(cat "$state/retry")
  sleep "$(printf '%d.%03d' $((wait_ms / 1000)) $((wait_ms % 1000)))"
done
