#!/bin/sh
# Event streams by Platen and by each peer that is installed, each driven alike by relay_bench in one run: connects/s,
# CPU, memory per stream, latency. Installs nothing (peers/install.sh does). Usage: relay.sh BUILD_DIR [SECONDS]
# Environment: ONLY, names of servers ("platen nchan node httplib"); SCENARIOS, numbers of those below.
set -eu
build=$(cd "$1" && pwd)
seconds=${2:-10}
only=${ONLY:-platen nchan node httplib}
scenarios=${SCENARIOS:-1 2 3 4 5}
here=$(cd "$(dirname "$0")" && pwd)
peers=$here/peers
installed=$(cd "$build/.." && pwd)/peers
data=$(mktemp -d)
ulimit -n "$(ulimit -H -n)"
export NODE_PATH="$installed/node_modules"
redis= server=
stop() {
  for process in $server $redis; do kill "$process" 2>/dev/null || true; done
  for process in $server $redis; do wait "$process" 2>/dev/null || true; done
  server= redis=
}
trap 'stop; rm -rf "$data"' EXIT

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
wait_for() { # PORT
  for _ in $(seq 100); do
    python3 -c "import socket; socket.create_connection(('127.0.0.1', $1))" 2>/dev/null && return 0
    sleep 0.1
  done
  echo "nothing listens on $1" >&2
  return 1
}
start_redis() {
  redis_port=$(free_port)
  redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --dir "$data" --maxclients 20000 >/dev/null &
  redis=$!
  wait_for "$redis_port"
  port=$(free_port)
}

# scenario NUMBER: sets the driver's flags
scenario() {
  case $1 in
    1) name="10,000 streams of 10,000 jobs, 10,000 events/s"; flags="--streams 10000 --channels 10000 --rate 10000" ;;
    2) name="10,000 streams of one job, 10 events/s"; flags="--streams 10000 --channels 1 --rate 10" ;;
    3) name="18,000 idle streams"; flags="--streams 18000 --channels 18000 --rate 0" ;;
    4) name="200,000 deliveries/s wanted: 10,000 streams of 100 jobs"; flags="--streams 10000 --channels 100 --rate 2000" ;;
    5) name="500,000 deliveries/s wanted: 10,000 streams of 100 jobs"; flags="--streams 10000 --channels 100 --rate 5000" ;;
  esac
}
drive() { # NAME OPTION…
  printf '%s: ' "$1"
  shift
  # shellcheck disable=SC2086  # flags are words
  "$build/relay_bench" $flags --seconds "$seconds" "$@" || true
}

platen() {
  mkdir -p "$data/platen"
  start_redis
  "$build/platend" --listen "127.0.0.1:$port" --redis "redis://127.0.0.1:$redis_port/0" --data-dir "$data/platen" \
    --signing-key-file "$data/key" --log-level error &
  server=$!
  wait_for "$port"
  drive platen --url "http://127.0.0.1:$port/v1/jobs/{}/events" --submit "http://127.0.0.1:$port/v1/jobs" \
    --redis "127.0.0.1:$redis_port" --channel 'platen:{0}:events:{}' --event '{seq} progress {data}' --pid "$server"
}
nchan() {
  nginx=$(command -v nginx || echo /usr/sbin/nginx)
  [ -x "$nginx" ] && [ -e /usr/lib/nginx/modules/ngx_nchan_module.so ] || { echo "nchan: not installed"; return 0; }
  start_redis
  mkdir -p "$data/nchan"
  sed "s|REDIS_PORT|$redis_port|; s|PORT|$port|; s|DIR|$data/nchan|; s|modules/|/usr/lib/nginx/modules/|" "$peers/events_nchan.conf" >"$data/nchan.conf"
  "$nginx" -c "$data/nchan.conf" -p "$data/nchan" 2>"$data/nchan.log" &
  server=$!
  wait_for "$port"
  drive nchan --url "http://127.0.0.1:$port/events/{}" --publish "http://127.0.0.1:$port/publish/{}" \
    --pid "$(pgrep -P "$server" | head -n 1)"
}
node() {
  [ -d "$NODE_PATH/ioredis" ] || { echo "node: ioredis is not installed"; return 0; }
  start_redis
  command node "$peers/events_node.js" "$port" "$redis_port" &
  server=$!
  wait_for "$port"
  drive node --url "http://127.0.0.1:$port/events/{}" --redis "127.0.0.1:$redis_port" --channel 'events:{}' --pid "$server"
}
# Its threads are one for each stream: ten thousand of them get nowhere on a few cores, so it is given a tenth.
tenth() {
  flags=$(echo "$flags" | awk '{ for (i = 2; i <= NF; i += 2) if ($i >= 100) $i = $i / 10; print }')
}
httplib() {
  [ -x "$installed/events_httplib" ] || { echo "httplib: not built"; return 0; }
  start_redis
  "$installed/events_httplib" "$port" "$redis_port" 2000 &
  server=$!
  wait_for "$port"
  tenth
  drive "httplib, with a tenth of the streams, jobs and events" --url "http://127.0.0.1:$port/events/{}" --redis "127.0.0.1:$redis_port" --channel 'events:{}' --pid "$server"
}

for number in $scenarios; do
  scenario "$number"
  echo "== $name"
  for each in $only; do
    scenario "$number"
    "$each"
    stop
  done
done
