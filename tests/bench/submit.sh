#!/bin/sh
# Submitting, by Platen and by Fastify with BullMQ where they are installed (peers/install.sh): requests/s and latency
# over 50 connections, alone and with a worker busy; ten batches of ten at once; then a plain GET beside nginx with one
# worker. Each Redis has the settings of deploy/redis.conf, and Platen's worker the niceness of its unit. Installs
# nothing. Usage: submit.sh BUILD_DIR [SECONDS]
set -eu
build=$(cd "$1" && pwd)
seconds=${2:-5}
here=$(cd "$(dirname "$0")" && pwd)
peers=$here/peers
export NODE_PATH="$(cd "$build/.." && pwd)/peers/node_modules"
command -v wrk >/dev/null || { echo "wrk is not installed"; exit 0; }
data=$(mktemp -d)
all=
stop() {
  for process in $all; do kill "$process" 2>/dev/null || true; done
  for process in $all; do wait "$process" 2>/dev/null || true; done
  all=
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
  rm -rf "$data/redis" && mkdir "$data/redis"
  redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --appendonly yes --stream-node-max-bytes 512 \
    --hash-max-listpack-value 2048 --dir "$data/redis" >/dev/null &
  all="$all $!"
  wait_for "$redis_port"
  port=$(free_port)
}
load() { # NAME PATH OPTION…
  name=$1 path=$2
  shift 2
  wrk -t1 -c50 -d"$seconds" --latency "$@" "http://127.0.0.1:$port$path" >"$data/wrk"
  awk -v name="$name" '/^ +50%/ { p50 = $2 } /^ +99%/ { p99 = $2 } /^Requests\/sec/ { rate = $2 } /Non-2xx/ { bad = ", " $0 }
    END { printf "%-44s %8.0f/s  p50 %s  p99 %s%s\n", name, rate, p50, p99, bad }' "$data/wrk"
}
batches() { # NAME
  good=0
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    curl -s --no-progress-meter --parallel --parallel-immediate --parallel-max 10 -o /dev/null -w '%{http_code}\n' -H 'Content-Type: application/json' \
      -d '{"report":{"title":"Orders"},"data":{"rows":[{"a":1}]}}' "http://127.0.0.1:$port/v1/jobs#[1-10]" >"$data/codes" || true
    good=$((good + $(grep -c '^202$' "$data/codes" || true)))
  done
  printf '%-44s %d of 100 accepted\n' "$1" "$good"
}
measure() { # NAME: with the front end on $port
  load "$1, 50 connections" /v1/jobs -s "$peers/submit.lua"
  batches "$1, ten batches of ten"
}

platend() {
  mkdir -p "$data/platen"
  "$build/platend" --listen "127.0.0.1:$port" --redis "redis://127.0.0.1:$redis_port/0" --data-dir "$data/platen" \
    --signing-key-file "$data/key" --log-level error "$@" &
  all="$all $!"
  wait_for "$port"
}
fastify() {
  node "$peers/submit_bullmq.js" "$port" "$redis_port" &
  all="$all $!"
  wait_for "$port"
}

start_redis
platend
measure "Platen"
stop
start_redis
platend
nice -n 5 "$build/platen-worker" --redis "redis://127.0.0.1:$redis_port/0" --data-dir "$data/platen" --slots 1 --log-level error &
all="$all $!"
load "Platen, a worker busy" /v1/jobs -s "$peers/submit.lua"
stop
if command -v node >/dev/null && [ -d "$NODE_PATH/bullmq" ] && [ -d "$NODE_PATH/fastify" ]; then
  start_redis
  fastify
  measure "Fastify + BullMQ"
  stop
  start_redis
  fastify
  node "$peers/submit_worker.js" "$redis_port" &
  all="$all $!"
  load "Fastify + BullMQ, a worker busy" /v1/jobs -s "$peers/submit.lua"
  stop
else
  echo "Fastify and BullMQ: not installed"
fi

start_redis
platend
load "GET /livez, Platen" /livez
stop
nginx=$(command -v nginx || echo /usr/sbin/nginx)
if [ -x "$nginx" ]; then
  port=$(free_port)
  cat >"$data/nginx.conf" <<CONF
worker_processes 1;
daemon off;
error_log $data/nginx.log crit;
pid $data/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path $data/body;
  proxy_temp_path $data/proxy;
  fastcgi_temp_path $data/fastcgi;
  uwsgi_temp_path $data/uwsgi;
  scgi_temp_path $data/scgi;
  server {
    listen 127.0.0.1:$port;
    location /livez { default_type application/json; return 200 '{"status":"ok"}'; }
  }
}
CONF
  "$nginx" -c "$data/nginx.conf" -p "$data" 2>/dev/null &
  all="$all $!"
  wait_for "$port"
  load "GET /livez, nginx with one worker" /livez
else
  echo "nginx: not installed"
fi
