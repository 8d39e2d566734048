#!/bin/sh
# The units are what systemd takes them for. Usage: systemd-units.sh SOURCE_DIR BINARY_DIR
set -eu
units=$(mktemp -d)
trap 'rm -rf "$units"' EXIT
for unit in "$1"/deploy/systemd/*.service "$1"/deploy/systemd/*.socket "$1"/deploy/systemd/*.target; do
  sed "s|/usr/bin/|$2/|" "$unit" >"$units/$(basename "$unit")"
done
# Debian's redis-server.service may be named by another user's packages; only complaints about ours count.
output=$(systemd-analyze verify --man=no "$units"/* 2>&1) || { echo "$output"; exit 1; }
ours=$(echo "$output" | grep -E 'platen' || true)
[ -z "$ours" ] || { echo "$ours"; exit 1; }
hardened() {  # UNIT MOST: in tenths of systemd's points; 100 is a unit without any sandboxing
  systemd-analyze security --offline=yes --threshold="$2" "$units/$1.service" >"$units/score" 2>&1 \
    || { tail -n 3 "$units/score"; exit 1; }
}
hardened platend 15
hardened platen-worker 12
echo "the units verify"
