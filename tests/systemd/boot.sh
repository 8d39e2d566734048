#!/bin/sh
# Boots systemd in a container over a throw-away copy of this machine's system (an overlay), installs Platen there, and
# holds the units to what they promise. Nothing outside of the container changes.
# Needs root, systemd-nspawn (systemd-container), overlayfs, and Debian's redis-server and curl; ends with 77 and the reason
# where one of them is missing.  Usage: boot.sh SOURCE_DIR BINARY_DIR
set -eu
skip() { echo "skipped: $1"; exit 77; }
[ "$(id -u)" = 0 ] || skip "only root can boot a container"
for program in systemd-nspawn nsenter unshare redis-server curl cmake; do
  command -v "$program" >/dev/null || skip "there is no $program"
done
[ -x /usr/lib/systemd/systemd ] || skip "there is no systemd"
if [ -z "${PLATEN_BOOT:-}" ]; then
  PLATEN_BOOT=1 exec unshare --mount --propagation private "$0" "$@" || skip "there are no mount namespaces"
fi

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
mount -t tmpfs -o mode=755 tmpfs "$work"
mkdir "$work/upper" "$work/work" "$work/root"
mount -t overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" overlay "$work/root" 2>/dev/null \
  || { umount "$work"; skip "there is no overlayfs"; }
root=$work/root
nspawn=""
init=""
inside() { nsenter -t "$init" -m -u -i -n -p -C -r -w env -i PATH=/usr/sbin:/usr/bin "$@"; }
finish() {
  [ -z "$init" ] || inside systemctl poweroff --no-block >/dev/null 2>&1 || kill -KILL "$init" 2>/dev/null || true
  [ -z "$nspawn" ] || wait "$nspawn" 2>/dev/null || true
  umount "$root" && umount "$work" && rmdir "$work"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM

DESTDIR=$root cmake --install "$2" --prefix /usr --strip >/dev/null
install -m 755 "$here/checks.sh" "$root/checks.sh"
install -d -m 700 "$root/etc/credstore"
printf 'stored %064d\n' 7 >"$root/etc/credstore/platend.signing-key"
chmod 600 "$root/etc/credstore/platend.signing-key"
# What the test waits for comes sooner; this is no part of the units.
for unit in platend platen-worker; do
  install -d "$root/etc/systemd/system/$unit.service.d"
  printf '[Service]\nWatchdogSec=3s\n' >"$root/etc/systemd/system/$unit.service.d/test.conf"
done
install -d "$root/etc/systemd/system/platen.target.wants"
ln -sf /usr/lib/systemd/system/redis-server.service "$root/etc/systemd/system/platen.target.wants/redis-server.service"
rm -f "$root/etc/machine-id" && : >"$root/etc/machine-id"
# Debian's redis.conf and what Platen adds to it; a system that has changed its own starts from the package's.
printf 'bind 127.0.0.1\ndir /var/lib/redis\ninclude /etc/platen/redis.conf\n' >"$root/etc/redis/redis.conf"

SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 systemd-nspawn -q -D "$root" --register=no --keep-unit --private-network --boot \
  --console=pipe --system-call-filter="seccomp landlock_create_ruleset landlock_add_rule landlock_restrict_self" -- --unit=platen.target --show-status=no </dev/null >"$work/console" 2>&1 &
nspawn=$!
tries=0
while [ -z "$init" ]; do
  kill -0 "$nspawn" 2>/dev/null || { cat "$work/console"; nspawn=""; skip "systemd-nspawn does not start here"; }
  for child in $(cat "/proc/$nspawn/task/$nspawn/children"); do
    # Its first child in the container is that container's process 1.
    [ "$(awk '/^NSpid:/ { print $NF }' "/proc/$child/status")" = 1 ] && init=$child
  done
  tries=$((tries + 1))
  [ "$tries" -lt 300 ] || { cat "$work/console"; exit 1; }
  sleep 0.1
done
inside /checks.sh || { echo "--- the container's journal:"; inside journalctl --no-pager -n 150 2>/dev/null; exit 1; }
