#!/bin/sh
# Installs the npm modules of package-lock.json into FOLDER; does nothing where they are there. Ends with 77 where npm
# cannot (no registry within reach): the tests that need them are skipped then.
# Usage: install.sh FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"
cmp -s "$here/package-lock.json" installed.json && exit 0
cp "$here/package.json" "$here/package-lock.json" .
npm ci --ignore-scripts --prefer-offline --no-audit --no-fund --loglevel=error || exit 77
cp package-lock.json installed.json
