#!/bin/sh
# Measures again, on this machine, each row of the table under "Sizing" in docs/operations.md, in its order and with its
# words; what a part of it prints stands as it is. Four minutes on two cores, of which nothing else should want any.
# Needs wrk, 4 GB below TMPDIR and 20,000 descriptors. Usage: sizing.sh BUILD_DIR [SECONDS], which is how long each load lasts
set -eu
build=$(cd "$1" && pwd)
seconds=${2:-10}
here=$(cd "$(dirname "$0")" && pwd)
command -v wrk >/dev/null || { echo "wrk is not installed"; exit 1; }
data=$(mktemp -d)
all=
stop() {
  for process in $all; do kill "$process" 2>/dev/null || true; done
  for process in $all; do wait "$process" 2>/dev/null || true; done
  all=
}
trap 'stop; rm -rf "$data"' EXIT
ulimit -n "$(ulimit -H -n)"

row() { printf '\n== %s\n' "$1"; }
cpu_of() { awk -v ticks="$(getconf CLK_TCK)" '{ print ($14 + $15) / ticks }' "/proc/$1/stat"; }
memory_of() { awk -v what="$2" '$1 == what ":" { print $2 }' "/proc/$1/status"; }  # in KiB
in_redis() { redis-cli -s "$data/redis.sock" "$@"; }
used_memory() { in_redis info memory | tr -d '\r' | awk -F: '$1 == "used_memory_dataset" { print $2 }'; }
start() {
  redis-server "$here/../../deploy/redis.conf" --port 0 --unixsocket "$data/redis.sock" --dir "$data" --save '' >/dev/null &
  redis=$!
  all=$redis
  until [ -S "$data/redis.sock" ]; do sleep 0.1; done
  "$build/platend" --listen 127.0.0.1:0 --port-file "$data/port" --redis "unix://$data/redis.sock" --data-dir "$data/files" \
    --signing-key-file "$data/key" --log-level error &
  front=$!
  all="$all $front"
  until [ -s "$data/port" ]; do sleep 0.1; done
  server=http://127.0.0.1:$(cat "$data/port")
}
load() { # PATH OPTION…: what a request costs
  path=$1
  shift
  front_before=$(cpu_of "$front") redis_before=$(cpu_of "$redis")
  wrk -t1 -c50 -d"$seconds" --latency "$@" "$server$path" >"$data/wrk"
  awk -v front="$front_before" -v front_now="$(cpu_of "$front")" -v redis="$redis_before" -v redis_now="$(cpu_of "$redis")" '
    /^ +99%/ { p99 = $2 } /^Requests\/sec/ { rate = $2 } / requests in / { count = $1 } /Non-2xx/ { print }
    END { printf "%.0f a second over 50 connections, p99 %s; processors: %.0f us of platend, %.0f us of Redis\n", rate, p99,
      (front_now - front) / count * 1e6, (redis_now - redis) / count * 1e6 }' "$data/wrk"
}

mkdir "$data/files"
row "Redis: a waiting job; a job's whole way through the queue"
"$build/queue_bench"

row "Redis: an ended job"
start
"$build/platen-worker" --redis "unix://$data/redis.sock" --data-dir "$data/files" --slots 2 --log-level error &
worker=$!
all="$all $worker"
report='{"report":{"title":"Orders"},"data":{"rows":[{"a":1}]}}'
submit_all() { # JOBS ALL: and waits until so many have ended in all
  for _ in $(seq "$1"); do printf 'url="%s/v1/jobs"\n' "$server"; done >"$data/urls"
  curl -sS --no-progress-meter --parallel --parallel-max 50 -H 'Content-Type: application/json' -d "$report" \
    -K "$data/urls" >/dev/null
  until ended=$(in_redis hget 'platen:{0}:stats' succeeded) && [ "${ended:-0}" -ge "$2" ]; do sleep 0.2; done
}
submit_all 100 100  # what comes but once
before=$(used_memory)
submit_all 2000 2100
with_feed=$(used_memory)
in_redis del 'platen:{0}:feed:default' >/dev/null
without=$(used_memory)
awk -v before="$before" -v with_feed="$with_feed" -v without="$without" 'BEGIN {
  feed = (with_feed - without) / 2100
  printf "%.0f bytes of Redis, and %.0f in the feed\n", (with_feed - before) / 2000 - feed, feed }'
kill "$worker"
wait "$worker" || true
all="$redis $front"

row "front end: a submit"
load /v1/jobs -s "$here/peers/submit.lua"
row "a plain GET"
load /livez
stop
rm -f "$data/redis.sock" "$data/port"

row "open streams, and what is sent to them"
ONLY=platen SCENARIOS="3 1 2 5" "$here/relay.sh" "$build" "$seconds"

row "1 GiB uploaded"
rm -rf "$data"/appendonlydir
start
head -c 1G /dev/zero >"$data/upload"
before=$(cpu_of "$front") memory_before=$(memory_of "$front" VmRSS)
curl -sS -o /dev/null -w 'status %{http_code} in %{time_total} s\n' -X POST -T "$data/upload" "$server/v1/uploads"
awk -v cpu="$(cpu_of "$front")" -v before="$before" -v most="$(memory_of "$front" VmHWM)" -v memory="$memory_before" \
  'BEGIN { printf "%.2f s of a processor, %.0f MB more than before\n", cpu - before, (most - memory) / 1000 }'
stop
rm -rf "$data/upload" "$data/files"

row "9,000 slow downloads"
"$build/download_bench"

row "renderer: plain rows of eight columns"
"$here/orders.sh" 100000 >"$data/orders.csv"
for threads in 1 2; do "$build/render_bench" "$data/orders.csv" --threads "$threads" --repeat 3; done
row "memory of 100,000 rows; of a million (seconds, MiB, MiB of these that no file backs)"
"$build/measure" "$build/render_bench" "$data/orders.csv" --threads 2
"$here/orders.sh" 1000000 >"$data/million.csv"
"$build/measure" "$build/render_bench" "$data/million.csv" --threads 2
row "disk: the PDF"
for rows in 100000 1; do
  head -n $((rows + 1)) "$data/orders.csv" >"$data/in.csv"
  "$build/render_bench" "$data/in.csv" -o "$data/out.pdf" >/dev/null
  echo "$rows rows: $(wc -c <"$data/out.pdf") bytes"
done
