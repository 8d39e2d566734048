#!/bin/sh
# What boot.sh checks, within the container: Platen as systemd runs it.
set -eu
server=http://127.0.0.1:8080
fail() { echo "FAILED: $1"; exit 1; }
eventually() {  # TEXT COMMAND…
  what=$1; shift
  tries=0
  until "$@" >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 600 ] || fail "$what"
    sleep 0.1
  done
  echo "ok: $what"
}
job() {  # draws a report; its state when it has ended
  curl -sS -m 60 -H 'Prefer: wait=50' -H 'Content-Type: application/json' \
    -d '{"report":{"title":"Boot"},"data":{"rows":[{"id":1},{"id":2}]}}' "$server/v1/jobs"
}
draws() { job | grep -q '"succeeded"'; }
restarts() { systemctl show -P NRestarts "$1"; }
pid_of() { systemctl show -P MainPID "$1"; }

eventually "systemd is up" systemctl is-active --quiet sysinit.target
systemd-sysusers && systemd-tmpfiles --create 2>/dev/null || true
systemctl restart platen.target
for unit in redis-server platend platen-worker; do
  eventually "$unit is active" systemctl is-active --quiet "$unit"
done
eventually "it is ready" curl -sSf "$server/readyz"
eventually "it draws a report" draws

worker=$(pid_of platen-worker)
renderer=$(pgrep -P "$worker" | head -n 1)
[ "$(ps -o user= -p "$worker" | tr -d ' ')" != root ] || fail "the worker runs as root"
grep -q '^Seccomp:.2' "/proc/$renderer/status" || fail "the renderer's system calls are not filtered"
[ "$(cat "/proc/$renderer/oom_score_adj")" = 500 ] || fail "where memory ends, not the renderer ends first"
confined=$(journalctl -u platen-worker --no-pager -o cat | grep 'renderers are confined' | tail -n 1)
echo "$confined" | grep -q 'limits, system call filter' || fail "not as it says: $confined"
case "$(uname -r)" in [67].*) echo "$confined" | grep -q ', Landlock' || echo "note: $confined" ;; esac
echo "ok: $confined"

link=$(job | sed 's/\\u0026/\&/g' | grep -o '/d/[^"]*' | head -n 1)
case $link in *kid=stored*) echo "ok: links are signed with the credential's key" ;; *) fail "another key signs: $link" ;; esac
[ ! -e /var/lib/platend/signing.key ] || fail "a key was made beside the credential's"
curl -sSf "$server$link" | head -c 5 | grep -q '%PDF-' || fail "the link does not open"

id=$(job | grep -o '"id":"job_[^"]*' | head -n 1 | cut -d'"' -f4)
in_journal() { journalctl --no-pager -o cat "PLATEN_JOB_ID=$id" "SYSLOG_IDENTIFIER=$1" | grep -q "^$2 .*job_id=$id"; }
eventually "the journal finds a job's request" in_journal platend 'request method=POST'
eventually "the journal finds what its worker did" in_journal platen-worker succeeded
request=$(journalctl --no-pager -o cat --output-fields=PLATEN_REQUEST_ID "PLATEN_JOB_ID=$id" SYSLOG_IDENTIFIER=platend | head -n 1)
journalctl --no-pager -o cat "PLATEN_REQUEST_ID=$request" SYSLOG_IDENTIFIER=platen-worker PRIORITY=6 | grep -q claimed \
  || fail "the worker's lines have another request id than $request"

# Connections that are made while the front end restarts wait in the socket's queue.
for _ in 1 2 3; do
  (systemctl restart platend) &
  restart=$!
  for n in $(seq 60); do
    curl -sS -m 30 -o /dev/null -w '%{http_code}\n' "$server/livez" >>/run/answers 2>>/run/errors &
    [ $((n % 10)) -ne 0 ] || sleep 0.05
  done
  wait
done
[ "$(grep -c '^200$' /run/answers)" = 180 ] || { sort /run/answers | uniq -c; sort /run/errors | uniq -c; fail "connections were lost in a restart"; }
echo "ok: 180 connections during three restarts, all answered"

before=$(restarts platend)
kill -STOP "$(pid_of platend)"
eventually "the watchdog restarts a front end that hangs" sh -c "[ \$(systemctl show -P NRestarts platend) -gt $before ]"
before=$(restarts platen-worker)
kill -STOP "$(pid_of platen-worker)"
eventually "the watchdog restarts a worker that hangs" sh -c "[ \$(systemctl show -P NRestarts platen-worker) -gt $before ]"
eventually "it draws again" draws
kill -KILL "$(pgrep -P "$(pid_of platen-worker)" | head -n 1)"
eventually "it draws after a renderer was killed" draws
kill -KILL "$(pid_of platen-worker)"
eventually "it draws after the worker was killed" draws

echo 'sloots = 3' >>/etc/platen/platen.toml
systemctl restart platen-worker 2>/dev/null || true
eventually "a wrong setting stops the worker" systemctl is-failed --quiet platen-worker
[ "$(systemctl show -P ExecMainStatus platen-worker)" = 78 ] || fail "it ended otherwise"
echo "ok: the units hold what they promise"
