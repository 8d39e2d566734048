#!/bin/sh
# Installs the npm modules of package-lock.json into FOLDER; does nothing where they are there.
# Usage: install.sh FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"
cmp -s "$here/package-lock.json" installed.json && exit 0
cp "$here/package.json" "$here/package-lock.json" .
npm ci --ignore-scripts --prefer-offline --no-audit --no-fund --loglevel=error
cp package-lock.json installed.json
