#!/bin/sh
# Makes Debian packages of what was built. Usage: package.sh BUILD_DIR [FOLDER]; they are put into the folder, by default
# BUILD_DIR/packages. Needs debhelper. PLATEN_PACKAGE_VERSION is the whole version, where it is not the project's first.
set -eu
build=$(cd "$1" && pwd)
packages=${2:-$build/packages}
source=$(cd "$(dirname "$0")/.." && pwd)
command -v dh >/dev/null || { echo "package.sh: there is no debhelper; deploy/deps.sh package installs it" >&2; exit 1; }
project=$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' "$build/CMakeCache.txt")
version=${PLATEN_PACKAGE_VERSION:-$project-1}
# The same build makes the same packages: their date is the source's.
: "${SOURCE_DATE_EPOCH:=$(git -C "$source" log -1 --format=%ct 2>/dev/null || date +%s)}"
export SOURCE_DATE_EPOCH

staging=$(mktemp -d)
trap 'rm -rf "$staging"' EXIT
mkdir -p "$packages"
packages=$(cd "$packages" && pwd)
cp -R "$source/deploy/debian" "$staging/debian"
cat >"$staging/debian/changelog" <<END
platen ($version) unstable; urgency=medium

  * See /usr/share/doc/platen/CHANGELOG.md.

 -- The Platen authors <maintainers@platen.invalid>  $(date -uRd "@$SOURCE_DATE_EPOCH")
END
cd "$staging"
PLATEN_BUILD=$build PLATEN_PACKAGES=$packages debian/rules binary >"$build/packaging.log" 2>&1 \
  || { tail -n 20 "$build/packaging.log" >&2; exit 1; }
ls "$packages"/platen_"$version"_*.deb
