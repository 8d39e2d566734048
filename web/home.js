// The first page: a file becomes a report.

import { columnsOf, columnTable, formatIn, previewTable } from "./column_table.js";
import { sampleOf } from "./data_sample.js";
import { bytes, count } from "./format.js";
import { isNumeric } from "./inference.js";
import { jobPanel } from "./job_panel.js";
import { choice, heading, make, outside, shortened } from "./make.js";
import { problemBox } from "./problem.js";
import { recentReports } from "./recent_reports.js";
import { curlCommand, requestOf } from "./report_request.js";
import { sendReport } from "./send_report.js";
import { may, notice, signedIn } from "./server.js";

const $ = (id) => document.getElementById(id);

let file = null;
let sample = null;
let columns = [];
let suggested = "";  // the title that nobody has typed

const titleOf = ({ name }) => name.replace(/\.[^.]+$/, "").slice(0, 300);

// --- The file ---------------------------------------------------------------------------------------

function dropZone(choose) {
  const input = make("input", { id: "file", type: "file", accept: ".csv,.tsv,.txt,.ndjson,.jsonl", change: () => choose(input.files[0]) });
  const zone = make("label", { id: "drop", for: "file" },
    make("strong", { id: "chosen" }, "Choose a file, or drop one here"),
    make("span", { id: "hint" }, "CSV or NDJSON, of any size"), input);
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.toggle("over", name === "dragenter" || name === "dragover");
      if (name === "drop" && event.dataTransfer.files.length) choose(event.dataTransfer.files[0]);
    });
  }
  return zone;
}

async function choose(chosen, showProblem) {
  if (!chosen) return;
  file = chosen;
  sample = null;
  columns = [];
  $("chosen").replaceChildren(outside(file.name, 120));
  $("hint").textContent = bytes(file.size);
  if (["", suggested].includes($("title").value)) $("title").value = titleOf(file);
  suggested = titleOf(file);
  showProblem(null);
  try {
    const found = await sampleOf(file);
    if (file !== chosen) return;  // another one was chosen meanwhile
    sample = found;
    columns = columnsOf(sample);
    $("hint").textContent = `${bytes(file.size)} · ${sample.format} · ${count(sample.names.length, "column")}`;
  } catch (problem) {
    if (file === chosen) showProblem(problem.detail ? problem : { detail: "This file cannot be read." });
  }
  showColumns();
}

// --- What the report shows --------------------------------------------------------------------------

const fieldOptions = (none, fits = () => true) =>
  [["", none], ...columns.filter(fits).map(({ field, label }) => [field, shortened(label || field)])];

const labelled = (text, control) => make("label", {}, text, control);

function showColumns() {
  $("shape").hidden = columns.length === 0;
  if (columns.length === 0) return;
  $("columns").replaceChildren(columnTable(columns, sample, changed));
  const all = fieldOptions("nothing");
  $("grouping").replaceChildren(
    labelled("Group by", choice(all, "", { id: "group-by" })),
    labelled("Sort by", choice(all, "", { id: "sort-by" })),
    labelled("Order", choice([["", "ascending"], ["yes", "descending"]], "", { id: "descending" })));
  $("charting").replaceChildren(
    labelled("Chart", choice([["", "none"], ["bar", "bars"], ["line", "lines"], ["pie", "pie"], ["stacked", "stacked bars"]], "", { id: "chart" })),
    labelled("Along", choice(fieldOptions("choose a column"), "", { id: "chart-x" })),
    labelled("Shows", choice([], "", { id: "chart-measure" })),
    labelled("Split by", choice(all, "", { id: "chart-split" })));
  changed();
}

/** Sums go with what are numbers now; what was chosen stays where it can. */
function showMeasures() {
  const select = $("chart-measure");
  const chosen = select.value || "count:*";
  const sums = columns.filter((column) => isNumeric(formatIn(column))).flatMap(({ field, label }) =>
    ["sum", "average"].map((name) => [`${name}:${field}`, `${name} of ${shortened(label || field)}`]));
  select.replaceChildren(...[["count:*", "number of rows"], ...sums].map(([value, text]) => make("option", { value }, text)));
  select.value = chosen;
  if (select.value !== chosen) select.value = "count:*";
}

function changed() {
  if (columns.length) {
    showMeasures();
    $("preview").replaceChildren(previewTable(columns, sample));
    for (const id of ["chart-x", "chart-measure", "chart-split"]) $(id).parentElement.hidden = !$("chart").value;
    $("descending").parentElement.hidden = !$("sort-by").value;
  }
  $("curl").textContent = curlCommand(request(), file?.name ?? "FILE.csv", { origin: location.origin, has_keys: signedIn() });
}

function request() {
  const value = (id) => $(id)?.value ?? "";
  return requestOf({
    title: value("title").trim() || "Report", orientation: value("orientation"), columns,
    group_by: value("group-by"), sort_by: value("sort-by"), descending: value("descending") === "yes",
    chart: { kind: value("chart"), x: value("chart-x"), measure: value("chart-measure"), split_by: value("chart-split") },
  });
}

/** What is missing, and where: `[problem, id]`. */
function missing() {
  if (!file) return [{ detail: "Choose a file first." }, "file"];
  if (!$("title").value.trim()) return [{ detail: "Give the report a title." }, "title"];
  if (columns.length && !columns.some(({ included }) => included)) return [{ detail: "Show at least one column." }, "columns"];
  if ($("chart")?.value && !$("chart-x").value) return [{ detail: "Choose the column along which the chart goes." }, "chart-x"];
  return null;
}

// --- The page ---------------------------------------------------------------------------------------

function form(submit, showProblem, problem_box) {
  const edited = () => {
    changed();
    showProblem(null);
  };
  return make("form", { id: "submit", class: "card stack", novalidate: true, submit, input: edited, change: edited },
    dropZone((chosen) => choose(chosen, showProblem)),
    make("div", { class: "fields" },
      labelled("Title", make("input", { id: "title", type: "text", maxlength: "300", autocomplete: "off" })),
      labelled("Orientation", choice([["landscape", "Landscape"], ["portrait", "Portrait"]], "landscape", { id: "orientation" }))),
    make("div", { id: "shape", class: "stack", hidden: true },
      make("h2", {}, "Columns"), make("div", { id: "columns", tabindex: "-1" }),
      make("h2", {}, "First rows"), make("div", { id: "preview" }),
      make("div", { id: "grouping", class: "fields four" }),
      make("div", { id: "charting", class: "fields four" })),
    make("div", { class: "row" }, make("button", { type: "submit", class: "primary", id: "make" }, "Make the report")),
    problem_box,
    curlDetails());
}

function curlDetails() {
  const copy = make("button", { type: "button", class: "small", click: async () => {
    await navigator.clipboard.writeText($("curl").textContent);
    copy.textContent = "Copied";
    setTimeout(() => { copy.textContent = "Copy"; }, 2000);
  } }, "Copy");
  return make("details", {}, make("summary", {}, "The same with curl"),
    make("pre", { id: "curl", tabindex: "0", role: "region", "aria-label": "The same with curl" }),
    navigator.clipboard ? make("div", { class: "row" }, copy) : null);
}

export function open(main, { signal }) {
  file = sample = null;
  columns = [];
  const { box, show: showProblem } = problemBox({ id: "problem" });
  const place = make("div", { id: "made", class: "stack" });
  const recent = recentReports(signal);
  const submit = async (event) => {
    event.preventDefault();
    const lack = missing();
    showProblem(lack?.[0] ?? null);
    if (lack) return $(lack[1]).focus();
    $("make").disabled = true;
    try {
      const job = await sendReport(request(), file, place);
      if (!job) return;
      if (signal.aborted) return void notice(`“${shortened(job.title)}” has been sent.`);  // another page is shown by now
      const panel = jobPanel(job, { signal, ended: recent.refresh });
      place.replaceChildren(panel);
      panel.querySelector("h2").focus();
      panel.scrollIntoView({ block: "nearest" });
      recent.refresh();
    } catch (problem) {
      if (signal.aborted) notice(problem.detail ?? "The report could not be sent.");
      else showProblem(problem);
    } finally {
      $("make") && ($("make").disabled = false);
    }
  };
  main.replaceChildren(
    make("div", {}, heading("New report"),
      make("p", { class: "quiet" }, "A CSV or NDJSON file becomes a PDF, however long it is.")),
    may("submit") ? form(submit, showProblem, box)
      : make("p", { class: "card" }, "The key with which you signed in may not submit reports."),
    place, recent.card);
  if (may("submit")) changed();
}
