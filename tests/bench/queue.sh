#!/bin/sh
# The queue beside BullMQ and bee-queue, where they are installed (peers/install.sh), one after the other on a Redis with
# the settings of deploy/redis.conf: jobs/s of submits, of claims and completions, of both at once; the time from
# submit to start; Redis's memory for a waiting job. Then how many times the peer's each of Platen's is.
# Usage: queue.sh BUILD_DIR [JOBS [IN_FLIGHT [SLOTS]]]
set -eu
build=$(cd "$1" && pwd)
jobs=${2:-20000} in_flight=${3:-32} slots=${4:-8}
here=$(cd "$(dirname "$0")" && pwd)
NODE_PATH=${NODE_PATH:-$build/../peers/node_modules}
export NODE_PATH
folder=$(mktemp -d)
redis=
stop_redis() {
  [ -z "$redis" ] || { kill "$redis" 2>/dev/null; wait "$redis" 2>/dev/null || true; }
  redis=
  rm -rf "$folder/redis"
}
# Each has a new one: what one leaves behind (memory, an AOF to be rewritten) is not to be the next one's.
start_redis() {
  stop_redis
  mkdir "$folder/redis"
  redis-server --port 0 --unixsocket "$folder/redis.sock" --dir "$folder/redis" --save "" --appendonly yes \
    --appendfsync everysec --stream-node-max-bytes 512 --hash-max-listpack-value 2048 --logfile "$folder/redis/log" &
  redis=$!
  until redis-cli -s "$folder/redis.sock" PING >/dev/null 2>&1; do sleep 0.1; done
}
trap 'stop_redis; rm -rf "$folder"' EXIT

start_redis
"$build/queue_bench" --redis "unix://$folder/redis.sock" --jobs "$jobs" --in-flight "$in_flight" --slots "$slots" --json \
  >"$folder/platen"
for peer in bullmq bee-queue; do
  [ -d "$NODE_PATH/$peer" ] || { echo "$peer is not installed"; continue; }
  start_redis
  node "$here/peers/queues.js" "$peer" "$folder/redis.sock" "$jobs" "$in_flight" "$slots" >"$folder/$peer" 2>"$folder/errors" \
    || { echo "$peer failed: $(tail -n 1 "$folder/errors")"; rm -f "$folder/$peer"; }
done

cd "$folder"
for name in platen bullmq bee-queue; do
  [ -s "$name" ] || continue
  tr -d '{}"\n' <"$name" | tr ',' '\n' | sed "s/^/$name:/"
  echo
done | awk -F: '
  NF == 3 { value[$1, $2] = $3; if (!($2 in seen)) { seen[$2] = 1; order[++count] = $2 } }
  function ratio(peer, what) {
    if (!value[peer, what] || !value["platen", what]) return "-"
    if (what ~ /_/) return sprintf("%.2f", value[peer, what] / value["platen", what])  # less is better
    return sprintf("%.2f", value["platen", what] / value[peer, what])
  }
  END {
    printf "%-22s %12s %12s %12s %9s %9s\n", "", "Platen", "BullMQ", "bee-queue", "x BullMQ", "x bee"
    for (i = 1; i <= count; ++i)
      printf "%-22s %12.2f %12.2f %12.2f %9s %9s\n", order[i], value["platen", order[i]], value["bullmq", order[i]],
        value["bee-queue", order[i]], ratio("bullmq", order[i]), ratio("bee-queue", order[i])
  }'
