#!/bin/sh
# Installs what the benches compare Platen with: Debian packages, and npm modules below BUILD/peers. Does nothing where
# they are there. Usage: install.sh BUILD (the folder above the presets')
set -eu
mkdir -p "$1/peers"
build=$(cd "$1" && pwd)/peers
here=$(cd "$(dirname "$0")" && pwd)

packages="chromium wkhtmltopdf libhpdf-dev python3-reportlab fonts-dejavu-core wrk nginx libnginx-mod-nchan"
command -v npm >/dev/null || packages="$packages nodejs npm"
missing=""
for package in $packages; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
if [ -n "$missing" ]; then
  as_root=""
  [ "$(id -u)" = 0 ] || as_root="sudo"
  echo "Installing:$missing"
  $as_root apt-get update -qq
  # shellcheck disable=SC2086  # one word a package
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >"$build/deps.log" 2>&1 \
    || { tail -n 20 "$build/deps.log" >&2; exit 1; }
fi

cp "$here/package.json" "$here/package-lock.json" "$build/"
if ! cmp -s "$here/package-lock.json" "$build/installed.json"; then
  # Not `npm ci`: it wants every platform's optional packages, and not every registry has them.
  (cd "$build" && npm install --no-save --omit=optional --ignore-scripts --no-audit --no-fund --loglevel=error)
  cp "$here/package-lock.json" "$build/installed.json"
fi
${CXX:-g++} -O2 -std=c++20 "$here/libharu.cpp" -lhpdf -o "$build/libharu"
# shellcheck disable=SC2046  # words
${CXX:-g++} -O2 -std=c++20 "$here/events_httplib.cpp" $(pkg-config --cflags --libs cpp-httplib hiredis) -pthread -o "$build/events_httplib"
