#!/bin/sh
# Installs the Debian packages that Platen needs; does nothing when they are there.
# Usage: deps.sh [build|test|package]: what building and running needs (the default), or that and what its tests run
# besides, or what makes packages of it.
set -eu

packages="cmake ninja-build g++ pkg-config catch2
  libcpp-httplib-dev libhiredis-dev libspdlog-dev libfmt-dev libcairo2-dev libpango1.0-dev libharfbuzz-dev libdeflate-dev
  libqpdf-dev libjpeg62-turbo-dev
  nlohmann-json3-dev libtomlplusplus-dev libcli11-dev libexpected-dev libssl-dev libseccomp-dev libsystemd-dev
  libcurl4-openssl-dev libwslay-dev libcsv-dev libicu-dev libsimdjson-dev prometheus-cpp-dev
  redis-server redis-tools curl
  fonts-dejavu-core fonts-dejavu-extra fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji"
case "${1:-build}" in
  build) ;;
  test)
    packages="$packages qpdf poppler-utils procps iproute2 systemd systemd-container openssl stunnel4 redis-sentinel python3 nginx haproxy chromium prometheus
      man-db mandoc zsh fish debhelper lintian"
    # A Node that is there already, Debian's or not, is as good; its packages would stand in each other's way.
    command -v npm >/dev/null || packages="$packages nodejs npm" ;;
  package) packages="$packages debhelper lintian" ;;
  *) echo "Usage: deps.sh [build|test|package]" >&2; exit 2 ;;
esac

missing=""
for package in $packages; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
mkdir -p build
[ -z "$missing" ] && exit 0

. /etc/os-release
case "${ID:-}:${VERSION_ID:-}" in
  debian:12 | debian:13) ;;
  *)
    echo "Platen builds on Debian 12 and 13; this is ${PRETTY_NAME:-another system}. Missing here:$missing" >&2
    exit 1 ;;
esac
if [ "$(id -u)" = 0 ]; then
  as_root=""
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null || { command -v sudo >/dev/null && [ -t 0 ]; }; then
  as_root="sudo"
else
  echo "These packages are missing, and neither root nor sudo is at hand. As root, run:" >&2
  echo "  apt-get install --no-install-recommends$missing" >&2
  exit 1
fi
echo "Installing:$missing"
$as_root apt-get update -qq
# policy-rc.d is not ours to write: Debian's redis-server may start; Platen never talks to it unasked.
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >build/deps.log 2>&1 \
  || { tail -n 20 build/deps.log >&2; exit 1; }
