// What a column holds, by the cells of the sample. Only shown: a format that nobody chose is left to the worker, which
// looks at every row.

const integer = /^-?(0|[1-9]\d{0,37})$/;
const decimal_point = /^-?(\d{1,3}([,  ’']\d{3})+|\d+)(\.\d+)?$/;
const decimal_comma = /^-?(\d{1,3}([.  ’']\d{3})+|\d+)(,\d+)?$/;
const date = /^\d{4}-\d{2}-\d{2}$/;
const datetime = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;
const clock = /^\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$/;
const truth = /^(true|false|yes|no)$/i;

const ofTexts = (cells, delimiter) => {
  const all = (pattern) => cells.every((cell) => pattern.test(cell));
  if (all(truth)) return "boolean";
  if (all(date)) return "date";
  if (all(datetime)) return "datetime";
  if (all(clock)) return "time";
  if (all(integer)) return "integer";
  if (cells.some((cell) => /^-?0\d/.test(cell))) return "text";  // 007 is a name
  if (all(delimiter === ";" ? decimal_comma : decimal_point)) return "decimal";
  return all(decimal_comma) && delimiter !== "," ? "decimal" : "text";
};

/** text, integer, decimal, date, time, datetime or boolean; empty cells fit all. */
export function formatOf(cells, delimiter) {
  const filled = cells.filter((cell) => cell !== null && cell !== undefined && String(cell).trim() !== "");
  if (filled.length === 0) return "text";
  if (filled.every((cell) => typeof cell === "boolean")) return "boolean";
  if (filled.every((cell) => typeof cell === "number"))
    return filled.every(Number.isInteger) ? "integer" : "decimal";
  if (!filled.every((cell) => typeof cell === "string")) return "text";
  const found = ofTexts(filled.map((cell) => cell.trim()), delimiter);
  return delimiter === undefined && ["integer", "decimal", "boolean"].includes(found) ? "text" : found;
}

export const isNumeric = (format) => ["integer", "decimal", "currency", "percent"].includes(format);
