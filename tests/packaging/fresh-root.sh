#!/bin/sh
# Proves what the README says on a bare Debian, in a folder: nothing is there but what Platen's own commands install.
# Needs root, debootstrap and Debian's archive as this machine's apt reaches it. It takes an hour on two cores, most of it
# the build; the root stays, and a second run goes on in it.
# Usage: fresh-root.sh bookworm|trixie FOLDER [GOAL…]; the goals of make, by default: demo test package. After `package` the
# packages are installed, used, upgraded, removed and purged.
# PLATEN_CCACHE=FOLDER lends the build a compiler cache of this machine; PLATEN_PLACE is where the source lies in the root.
set -eu
suite=$1
root=$2
shift 2
[ $# -gt 0 ] || set -- demo test package
source=$(cd "$(dirname "$0")/../.." && pwd)
place=${PLATEN_PLACE:-/src/platen}
if [ -z "${PLATEN_APART:-}" ]; then
  PLATEN_APART=1 exec unshare --mount --pid --fork --kill-child "$0" "$suite" "$root" "$@"
fi
mount --make-rprivate /
if [ ! -e "$root/etc/debian_version" ]; then
  debootstrap --variant=minbase --include=make,ca-certificates "$suite" "$root" \
    "$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Component: main' | head -n 1)"
fi
cp /etc/resolv.conf "$root/etc/resolv.conf"
for folder in apt.conf.d sources.list.d; do  # how this machine reaches the archive
  mkdir -p "$root/etc/apt/$folder"
  for file in "/etc/apt/$folder"/*; do
    # What a package brought here it may bring there, and would ask which of the two is wanted.
    [ ! -f "$file" ] || dpkg -S "$file" >/dev/null 2>&1 || cp "$file" "$root/etc/apt/$folder/"
  done
done
. /etc/os-release
sed -i "s/$VERSION_CODENAME/$suite/g" "$root"/etc/apt/sources.list.d/*
rm -f "$root/etc/apt/sources.list"
mkdir -p "$root/etc/dpkg/dpkg.cfg.d" "$root$place"
echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/fresh-root"  # it need not outlive a power cut
find "$root$place" -mindepth 1 -maxdepth 1 ! -name build -exec rm -r {} +  # what an older source had
git -C "$source" archive HEAD | tar -x -C "$root$place"
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/run"
mount --rbind /dev "$root/dev"
launcher=
if [ -n "${PLATEN_CCACHE:-}" ]; then
  mkdir -p "$root/ccache"
  mount --bind "$PLATEN_CCACHE" "$root/ccache"
  launcher="CMAKE_CXX_COMPILER_LAUNCHER=ccache CCACHE_DIR=/ccache CCACHE_NOHASHDIR=1"
fi
SOURCE_DATE_EPOCH=$(git -C "$source" log -1 --format=%ct)
in_root() {
  chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    "SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH" $launcher sh -euc "$1"
}
in_root "apt-get update -qq"
[ -z "$launcher" ] || in_root "apt-get install -y -qq --no-install-recommends ccache >/dev/null"
for goal; do
  in_root "cd $place && make $goal"
  [ "$goal" != package ] || in_root "
    cd $place
    PLATEN_PACKAGE_VERSION=999-1 deploy/package.sh build/release /tmp/newer
    apt-get satisfy -y -qq \"\$(dpkg-deb -f build/release/packages/platen_[0-9]*.deb Depends)\" >/dev/null
    sh tests/packaging/life.sh build/release/packages/platen_[0-9]*.deb /tmp/newer/platen_999*.deb"
done
