// The columns of a file: what was detected of each, to be changed; and the first rows as they will stand.

import { count, number } from "./format.js";
import { formatOf, isNumeric } from "./inference.js";
import { choice, make, outside, shortened } from "./make.js";
import { most_columns } from "./report_request.js";

const shown_rows = 5;
const formats = ["text", "integer", "decimal", "currency", "percent", "date", "time", "datetime", "boolean"];
const number_totals = [["", "no total"], ["sum", "sum"], ["average", "average"], ["count", "count"], ["min", "least"], ["max", "greatest"]];
const other_totals = [["", "no total"], ["count", "count"], ["min", "least"], ["max", "greatest"]];

/** The columns of a sample as the form holds them: `format`, `align` and `total` are empty while nobody chose. */
export const columnsOf = ({ names, rows, delimiter }) => names.slice(0, most_columns).map((field, index) => ({
  field, index, included: true, label: field, format: "", currency: "", align: "", total: "",
  detected: formatOf(rows.map((row) => row[index]), delimiter),
}));

export const formatIn = (column) => column.format || column.detected;

function columnRow(column, sample, changed) {
  const name = shortened(column.field || `column ${column.index + 1}`);
  const set = (member) => ({ target }) => {
    column[member] = target.value;
    changed();
  };
  const totals = make("td");
  const currency = make("input", { type: "text", class: "currency", maxlength: "3", size: "4", placeholder: "EUR", value: column.currency,
    "aria-label": `Currency of ${name}`, input: set("currency"), hidden: true });
  const showTotals = () => {
    const options = isNumeric(formatIn(column)) ? number_totals : other_totals;
    if (!options.some(([value]) => value === column.total)) column.total = "";
    totals.replaceChildren(choice(options, column.total, { "aria-label": `Total of ${name}`, change: set("total") }));
    currency.hidden = column.format !== "currency";
  };
  showTotals();
  const examples = sample.rows.slice(0, 3).map((row) => row[column.index]).filter((cell) => cell !== undefined && cell !== "");
  const row = make("tr", {},
    make("td", {}, make("input", { type: "checkbox", checked: column.included, "aria-label": `Show ${name}`,
      change: ({ target }) => {
        column.included = target.checked;
        row.classList.toggle("left-out", !target.checked);
        changed();
      } })),
    make("th", { scope: "row" }, outside(name, 60), make("span", { class: "examples quiet" }, outside(examples.join(" · "), 60))),
    make("td", {}, make("input", { type: "text", maxlength: "300", value: column.label, "aria-label": `Label of ${name}`, input: set("label") })),
    make("td", {}, choice([["", `detected: ${column.detected}`], ...formats.map((format) => [format, format])], column.format,
      { "aria-label": `Format of ${name}`, change: (event) => {
        set("format")(event);
        showTotals();
      } }), currency),
    make("td", {}, choice([["", "auto"], ["left", "left"], ["center", "center"], ["right", "right"]], column.align,
      { "aria-label": `Alignment of ${name}`, change: set("align") })),
    totals);
  return row;
}

/** The table in which the columns are changed; `changed()` is called after each change. */
export function columnTable(columns, sample, changed) {
  const heads = ["Show", "Column", "Label", "Format", "Align", "Total"];
  const cut = sample.names.length > columns.length
    ? make("p", { class: "quiet" }, `A report shows ${count(most_columns, "column")}; this file has ${number(sample.names.length)}.`) : null;
  return make("div", { class: "stack" }, cut,
    make("div", { class: "scroll tall", tabindex: "0", role: "region", "aria-label": "Columns" },
      make("table", { class: "columns" },
        make("thead", {}, make("tr", {}, heads.map((head) => make("th", { scope: "col" }, head)))),
        make("tbody", {}, columns.map((column) => columnRow(column, sample, changed))))));
}

const alignOf = (column) =>
  column.align || (isNumeric(formatIn(column)) ? "right" : formatIn(column) === "text" ? "left" : "center");

/** The first rows under the labels that are chosen. */
export function previewTable(columns, sample) {
  const shown = columns.filter(({ included }) => included);
  const cell = (column, text, tag) => make(tag, { class: `cell ${alignOf(column)}`, scope: tag === "th" ? "col" : null }, outside(text, 80));
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "First rows" },
    make("table", { class: "preview" },
      make("thead", {}, make("tr", {}, shown.map((column) => cell(column, column.label || column.field, "th")))),
      make("tbody", {}, sample.rows.slice(0, shown_rows).map((row) =>
        make("tr", {}, shown.map((column) => cell(column, row[column.index] ?? "", "td")))))));
}
