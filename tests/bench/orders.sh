#!/bin/sh
# Prints a CSV of N orders for the benches, the same ones each time; a smaller N is a prefix of a larger one.
# With `intl`, one customer in a hundred has a Chinese, Japanese, Korean or Arabic name, and all else is the same.
# No field is quoted, for not every peer reads that. Usage: orders.sh N [intl]
set -eu
rows=${1:-}
variant=${2:-plain}
case $rows:$variant in
  *[!0-9]*:* | :* | *:*[!a-z]*) echo "usage: orders.sh N [intl]" >&2; exit 2 ;;
esac

# LC_ALL=C: bytes pass through awk as they are, and numbers have a point. Only integers below 2^53 are computed, so
# that every awk draws the same numbers. Names have a sequence of their own, so that both variants draw alike.
LC_ALL=C exec awk -v rows="$rows" -v intl="$([ "$variant" = intl ] && echo 1 || echo 0)" '
function random(below) { seed = (seed * 16807) % 2147483647; return seed % below }
function random_name(below) { name_seed = (name_seed * 16807) % 2147483647; return name_seed % below }
function pick(list, count) { return list[random(count) + 1] }
function money(cents) { return sprintf("%.0f.%02d", int(cents / 100), cents % 100) }
BEGIN {
  seed = 20240611; name_seed = 77
  firsts = split("Anna|José|Zoë|Łukasz|François|Jürgen|Søren|Ana|Michael|Sarah|Peter|Chloé|Björn|Miloš|Ingrid|David|Maria|Étienne|Óscar|Emma|James|Olivia|Noah|Liam|Šárka|Ville|Inês|Hélène|Thomas|Laura|Robert|Nina", first, "|")
  lasts = split("Müller|García|Smith|Dvořák|Nowak|Sørensen|Dubois|Johnson|Brown|Lefèvre|Rossi|Jansen|Virtanen|Peña|O'\''Neill|Åkesson|Königsberg|Silva|Williams|Taylor|Horváth|Çelik|Popović|Fernández|Martin|Schäfer|Moreau|Kowalski|Ibáñez|Weiß", last, "|")
  others = split("田中太郎|山田 花子|王小明|李静|김민준|이서연|محمد علي|فاطمة حسن|شركة النور|株式会社サンプル|北京科技有限公司|أحمد Trading", other, "|")
  countries = split("Germany|France|Spain|Poland|Denmark|United States|United Kingdom|Italy|Netherlands|Finland|Portugal|Sweden|Czechia|Hungary|Türkiye|Côte d'\''Ivoire|Brazil|Canada|Japan|Australia", country, "|")
  adjectives = split("Classic|Heavy-duty|Compact|Premium|Eco|Industrial|Portable|Wireless|Stainless|Modular", adjective, "|")
  nouns = split("stapler|desk lamp|bearing|filter|valve|keyboard|monitor arm|cable tray|pump|sensor|toner|shelf|drill bit|label printer|chair", noun, "|")

  print "order_id,date,customer,country,product,quantity,unit_price,total"
  for (row = 0; row < rows; row++) {
    customer = pick(first, firsts) " " pick(last, lasts)
    product = pick(adjective, adjectives) " " pick(noun, nouns) sprintf(" %s-%03d", substr("ABCDEFGHJK", random(10) + 1, 1), random(1000))
    quantity = 1 + random(249)
    cents = row % 97 == 0 ? 250000 + random(9749900) : 99 + random(249901)
    if (random_name(100) == 0) { name = other[random_name(others) + 1]; if (intl) customer = name }
    printf "%d,%d-%02d-%02d,%s,%s,%s,%d,%s,%s\n", 100000001 + row, 2021 + random(4), 1 + random(12), 1 + random(28), customer,
      pick(country, countries), product, quantity, money(cents), money(cents * quantity)
  }
}'
