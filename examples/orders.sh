#!/bin/sh
# Prints a CSV of N orders (20,000 where none is given), the same ones each time.
# Usage: orders.sh [N]
set -eu
rows=${1:-20000}
case $rows in
  '' | *[!0-9]*) echo "usage: orders.sh [N]" >&2; exit 2 ;;
esac

# LC_ALL=C: bytes pass through awk as they are, and numbers have a point. Only integers below 2^53 are
# computed, so that every awk draws the same numbers.
LC_ALL=C exec awk -v rows="$rows" '
function random(below) { seed = (seed * 16807) % 2147483647; return seed % below }
function pick(list, count) { return list[random(count) + 1] }
function money(cents) { return sprintf("%d.%02d", int(cents / 100), cents % 100) }
function quoted(text) { return text ~ /[",]/ ? "\"" text "\"" : text }
BEGIN {
  seed = 20260301
  firsts = split("Anna|José|Zoë|Łukasz|Søren|Élodie|Mária|Jürgen|Nuño|Ingrid|Oğuz|Tomáš|Aoife|Renée|Víctor|Kateřina|Åsa|Paul|Grace|Dmitri", first, "|")
  lasts = split("Müller|García|Dvořák|Nowak|Lindström|Özdemir|Lefèvre|Kovács|O'\''Neill|Sørensen|Šimić|Fernández|Brontë|Weiß|Ibsen|Petrov|Çelik|Dąbrowski|Smith|van der Berg", last, "|")
  companies = split("Nordwind GmbH|Smith, Jones & Co.|Café Central|Übermorgen AG|Fjord, Berg og Sønner|Ateliers Réunis|Hijos de Peña, S.A.|Ártún ehf.", company, "|")
  others = split("田中太郎|山本 花子|王小明|李秀英|김민준|فاطمة حسن|محمد الأحمد|ليلى خوري", other, "|")
  countries = split("DE|FR|ES|IT|PL|SE|NO|DK|CZ|PT|IE|NL|AT|CH|TR|GB", country, "|")
  products = split("Desk lamp|Office chair|Bookshelf, oak|Whiteboard|Coffee grinder|Notebook A5|Fountain pen|Monitor arm|Keyboard|Bicycle light|Rain jacket|Hiking boots|Tea kettle|Wall clock|Plant pot, large|Backpack", product, "|")
  for (i = 1; i <= products; i++) price[i] = 490 + random(29500)

  print "order_id,date,customer,country,product,quantity,unit_price,total"
  for (row = 1; row <= rows; row++) {
    kind = random(200)
    if (kind < 2) customer = pick(other, others)
    else if (kind < 22) customer = pick(company, companies)
    else customer = pick(first, firsts) " " pick(last, lasts)
    item = random(products) + 1
    quantity = 1 + random(24)
    cents = price[item] - random(100)
    printf "%d,2026-%02d-%02d,%s,%s,%s,%d,%s,%s\n", 1000000 + row, 1 + random(12), 1 + random(28), quoted(customer),
      pick(country, countries), quoted(product[item]), quantity, money(cents), money(cents * quantity)
  }
}'
