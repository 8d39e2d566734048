#!/bin/sh
# A package's life, in a system that may be spoiled: installed, used, upgraded, removed, purged.
# Usage: life.sh OLD.deb NEW.deb
set -eu
fail() { echo "FAILED: $1" >&2; exit 1; }
is() { [ "$1" = "$2" ] || fail "$3: $1, not $2"; }

dpkg -i "$1" >/tmp/dpkg.log 2>&1 || { cat /tmp/dpkg.log; fail "it does not install"; }
for program in platen platend platen-worker platen-render; do
  "$program" --version >/dev/null || fail "$program does not run"
done
is "$(stat -c '%U:%G %a' /var/lib/platen)" "root:platen 2770" "the data folder"
id -nG platen-worker | grep -qw platen || fail "platen-worker is not in the group platen"
id -nG platend | grep -qw platen || fail "platend is not in the group platen"
for unit in platend.socket platend.service platen-worker.service platen.target; do
  systemctl is-enabled -q "$unit" || fail "$unit is not enabled"
done
[ -e /usr/share/doc/platen/README.Debian ] || [ -e /usr/share/doc/platen/README.Debian.gz ] || fail "no README.Debian"

# A report, by nothing but what the package brought.
mkdir /tmp/use
cd /tmp/use
platen up --listen 127.0.0.1:0 --port-file port --data-dir data >up.log 2>&1 &
up=$!
tries=0
until [ -s port ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 300 ] || { cat up.log; fail "platen up does not come up"; }
  sleep 0.1
done
printf 'name,total\nAda,1\nGrace,2\n' >rows.csv
platen submit rows.csv --title "From a package" --watch -o report.pdf --server "http://127.0.0.1:$(cat port)" >submit.log 2>&1 \
  || { cat submit.log; fail "no report"; }
kill "$up"
wait "$up" || true
head -c 5 report.pdf | grep -q '%PDF-' || fail "the report is no PDF"
cd /

# What the operator changed and the services made stays through an upgrade and a removal.
echo 'log-level = "debug"' >>/etc/platen/platen.toml
install -d -o platend -g platend -m 700 /var/lib/platend
echo secret >/var/lib/platend/signing.key
echo upload >/var/lib/platen/upload
dpkg -i "$2" >/tmp/dpkg.log 2>&1 || { cat /tmp/dpkg.log; fail "it does not upgrade"; }
is "$(dpkg-query -W -f '${Version}' platen)" "$(dpkg-deb -f "$2" Version)" "the version"
grep -q 'log-level = "debug"' /etc/platen/platen.toml || fail "the upgrade lost a setting"
systemctl is-enabled -q platen.target || fail "the upgrade disabled the service"
dpkg -r platen >/tmp/dpkg.log 2>&1 || { cat /tmp/dpkg.log; fail "it cannot be removed"; }
[ ! -e /usr/bin/platend ] || fail "the removal left programs"
[ -e /etc/platen/platen.toml ] && [ -e /var/lib/platen/upload ] || fail "the removal took more than the programs"
dpkg -P platen >/tmp/dpkg.log 2>&1 || { cat /tmp/dpkg.log; fail "it cannot be purged"; }
for left in /etc/platen /var/lib/platen /var/lib/platend /usr/share/doc/platen; do
  [ ! -e "$left" ] || fail "$left is left after the purge"
done
find /etc/systemd/system /lib/systemd/system /usr/lib/systemd/system -name 'platen*' | grep . && fail "units are left after the purge"
echo "installed, used, upgraded, removed and purged"
