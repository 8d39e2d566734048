#!/bin/sh
# Makes the packages twice, the second newer, and installs, upgrades, removes and purges them in a throw-away copy of this
# machine's system (an overlay). Nothing outside of it changes.
# Needs root, overlayfs, debhelper and lintian; ends with 77 and the reason where one of them is missing.
# Usage: package.sh SOURCE_DIR BUILD_DIR
set -eu
skip() { echo "skipped: $1"; exit 77; }
[ "$(id -u)" = 0 ] || skip "only root can install packages"
for program in dh lintian dpkg unshare chroot; do
  command -v "$program" >/dev/null || skip "there is no $program"
done
if [ -z "${PLATEN_APART:-}" ]; then
  PLATEN_APART=1 exec unshare --mount --propagation private "$0" "$@" || skip "there are no mount namespaces"
fi
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
mount -t tmpfs -o mode=755 tmpfs "$work"
mkdir "$work/upper" "$work/work" "$work/root" "$work/packages"
mount -t overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" overlay "$work/root" 2>/dev/null \
  || { umount "$work"; rmdir "$work"; skip "there is no overlayfs"; }
root=$work/root
trap 'umount -R "$root" && umount "$work" && rmdir "$work"' EXIT
trap 'exit 1' HUP INT TERM

export DEB_BUILD_OPTIONS=noautodbgsym  # which take longer than all else
old=$("$1/deploy/package.sh" "$2" "$work/packages")
new=$(PLATEN_PACKAGE_VERSION=999-1 "$1/deploy/package.sh" "$2" "$work/packages")
lintian --allow-root --fail-on error "$old"

mount -t tmpfs -o mode=755 tmpfs "$root/run"  # no systemd runs there: the units are enabled, and start at the next boot
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
cp "$old" "$root/tmp/old.deb"
cp "$new" "$root/tmp/new.deb"
cp "$here/life.sh" "$root/tmp/life.sh"
chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
  sh /tmp/life.sh /tmp/old.deb /tmp/new.deb
