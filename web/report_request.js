// What the form says as the request that the API takes, and that request as a command.

/** The most columns that a table may name, and shows by itself. */
export const most_columns = 200;

/** What the person changed of a column; nothing but the field's name where that is nothing. */
function columnOf({ field, label, format, currency, align, total }) {
  const column = { field };
  if (label && label !== field) column.label = label;
  if (format) column.format = format;
  if (format === "currency") column.currency = currency || "EUR";
  if (align) column.align = align;
  if (total) column.total = total;
  return column;
}

const isAsDetected = (column) => column.included && Object.keys(columnOf(column)).length === 1;

function tableOf({ columns, group_by, sort_by, descending }) {
  const table = { type: "table" };
  if (!columns.every(isAsDetected)) table.columns = columns.filter(({ included }) => included).map(columnOf);
  if (group_by) table.group_by = group_by;
  if (sort_by) table.sort_by = descending ? { field: sort_by, descending: true } : sort_by;
  return table;
}

function chartOf({ kind, x, measure, split_by }) {
  const [aggregate, field] = measure.split(/:(.*)/s);
  const chart = { type: "chart", kind, x, y: { [aggregate]: field } };
  if (split_by && kind !== "pie") chart.split_by = split_by;
  return chart;
}

/** The `job` of `POST /v1/jobs`. A table of all columns as they are is what Platen makes anyway, and is not written. */
export function requestOf({ title, orientation, columns, group_by, sort_by, descending, chart }) {
  const report = { title, page: { orientation } };
  const table = tableOf({ columns, group_by, sort_by, descending });
  const sections = chart.kind ? [chartOf(chart), table] : [table];
  if (sections.length > 1 || Object.keys(table).length > 1) report.sections = sections;
  return { report };
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** For `-F name=@…`: curl reads quotes and semicolons in a name that is not quoted. */
const fileName = (name) => (/[";,\\]/.test(name) ? `"${name.replace(/["\\]/g, "\\$&")}"` : name);

/**
 * The same request with curl, which shows the report's events and ends with its link. `--form-string`, for -F would look
 * for its own signs in the JSON.
 */
export function curlCommand(request, file_name, { origin, has_keys }) {
  const key = has_keys ? ` -H "Authorization: Bearer $PLATEN_KEY"` : "";
  return [`curl -N -H 'Accept: text/event-stream'${key}`,
          `--form-string ${quoted(`job=${JSON.stringify(request)}`)}`,
          `-F ${quoted(`data=@${fileName(file_name)}`)}`,
          `${quoted(`${origin}/v1/jobs`)}`].join(" \\\n  ");
}
