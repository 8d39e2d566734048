# The report as HTML, for the peers that print that. Usage: awk -f html.awk IN.csv >OUT.html
BEGIN {
  FS = ","
  print "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Orders report</title><style>"
  print "@page { size: A4 landscape; margin: 36pt } body { font: 8pt DejaVu Sans; margin: 0 } h1 { font-size: 18pt }"
  print "table { border-collapse: collapse; table-layout: fixed; width: 100% } td, th { padding: 1pt 3pt; text-align: left; white-space: nowrap; overflow: hidden }"
  print "thead { display: table-header-group } tr { page-break-inside: avoid } th { background: #334d73; color: #fff } .n { text-align: right }"
  print "tbody tr:nth-child(even) { background: #edf0f5 }</style></head><body><h1>Orders report</h1><table>"
  print "<colgroup><col style=\"width: 8%\"><col style=\"width: 8%\"><col style=\"width: 20%\"><col style=\"width: 12%\"><col style=\"width: 25%\"><col style=\"width: 7%\"><col style=\"width: 9%\"><col style=\"width: 11%\"></colgroup>"
}
{
  gsub(/&/, "\\&amp;"); gsub(/</, "\\&lt;")
  cell = NR == 1 ? "th" : "td"
  line = NR == 1 ? "<thead><tr>" : "<tr>"
  for (i = 1; i <= NF; i++) line = line "<" cell (i == 1 || i > 5 ? " class=\"n\">" : ">") $i "</" cell ">"
  print line (NR == 1 ? "</tr></thead><tbody>" : "</tr>")
}
END { print "</tbody></table></body></html>" }
