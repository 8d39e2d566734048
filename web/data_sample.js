// The beginning of a file as a table: enough to show what its columns are. The worker reads the whole file by the same
// rules (worker/data/open_rows.cpp) and has the last word.

export const sample_bytes = 256 * 1024;
const most_rows = 200;
const delimiters = [",", ";", "\t", "|"];

function encodingOf(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const nuls = [0, 0];
  bytes.forEach((byte, index) => { if (byte === 0) ++nuls[index % 2]; });
  const enough = bytes.length / 16 + 1;
  if (nuls[1] >= enough && nuls[0] < nuls[1] / 8 + 1) return "utf-16le";
  if (nuls[0] >= enough && nuls[1] < nuls[0] / 8 + 1) return "utf-16be";
  try {  // as a stream, for the sample may end within a character
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return "utf-8";
  } catch {
    return "windows-1252";
  }
}

/** Records of CSV (RFC 4180; quotes where they open a field). The last one is left out where the text was cut. */
export function csvRecords(text, delimiter, is_whole, most = most_rows + 1) {
  const records = [];
  let record = [];
  let at = 0;
  while (at < text.length && records.length < most) {
    let field = "";
    if (text[at] === '"') {
      for (++at; at < text.length; ++at) {
        if (text[at] !== '"') field += text[at];
        else if (text[at + 1] === '"') field += text[at++];
        else break;
      }
      if (at >= text.length) return is_whole ? [...records, [...record, field]] : records;
      ++at;
    }
    const begin = at;
    while (at < text.length && text[at] !== delimiter && text[at] !== "\n" && text[at] !== "\r") ++at;
    record.push(field + text.slice(begin, at));
    if (at >= text.length && !is_whole) return records;
    if (text[at] === delimiter) {
      ++at;
      if (at < text.length) continue;
      record.push("");
    }
    if (text[at] === "\r" && text[at + 1] === "\n") ++at;
    ++at;
    if (record.length > 1 || record[0] !== "") records.push(record);
    record = [];
  }
  return records;
}

/** The delimiter that cuts the sample most evenly, into most fields. */
function delimiterOf(text, is_whole) {
  let best = { share: 0, fields: 0, delimiter: "," };
  for (const delimiter of delimiters) {
    const records = csvRecords(text, delimiter, is_whole, 100);
    const fields = records[0]?.length ?? 0;
    if (fields < 2) continue;
    const share = records.filter((record) => record.length === fields).length / records.length;
    if (share > best.share || (share === best.share && fields > best.fields)) best = { share, fields, delimiter };
  }
  return best.delimiter;
}

function csvTable(text, is_whole) {
  const delimiter = delimiterOf(text, is_whole);
  const [header = [], ...rows] = csvRecords(text, delimiter, is_whole);
  const names = header.map((name) => name.trim());
  const places = new Map();
  names.forEach((name, index) => {
    if (!name) throw { detail: `Column ${index + 1} of the header has no name.` };
    if (places.has(name)) throw { detail: `The header has the column '${name}' twice, as columns ${places.get(name) + 1} and ${index + 1}.` };
    places.set(name, index);
  });
  return { format: "CSV", delimiter, names, rows };
}

function ndjsonTable(text, is_whole) {
  const lines = text.split("\n");
  if (!is_whole) lines.pop();
  const names = [];
  const places = new Map();
  const rows = [];
  for (const line of lines.filter((line) => line.trim()).slice(0, most_rows)) {
    let object;
    try {
      object = JSON.parse(line);
    } catch {
      throw { detail: `Line ${lines.indexOf(line) + 1} is not JSON. NDJSON has one object a line.` };
    }
    if (object === null || typeof object !== "object" || Array.isArray(object))
      throw { detail: `Line ${lines.indexOf(line) + 1} is no JSON object. NDJSON has one object a line.` };
    const row = [];
    for (const [name, value] of Object.entries(object)) {
      if (!places.has(name)) places.set(name, names.push(name) - 1);
      row[places.get(name)] = value !== null && typeof value === "object" ? JSON.stringify(value) : value;
    }
    rows.push(row);
  }
  return { format: "NDJSON", names, rows };
}

/**
 * `{format, delimiter, encoding, names, rows, is_whole}` of a File; cells are texts, or what JSON had. Throws what is to be
 * shown as a problem where it is no table.
 */
export async function sampleOf(file) {
  const bytes = new Uint8Array(await file.slice(0, sample_bytes).arrayBuffer());
  const is_whole = file.size <= sample_bytes;
  const encoding = encodingOf(bytes);
  const text = new TextDecoder(encoding).decode(bytes);
  const begin = text.trimStart().replace(/\s+/g, "").slice(0, 2);
  if (begin === "[{" || begin === "[]")
    throw { detail: "This file is one JSON array. Platen reads NDJSON: one object a line." };
  const table = begin[0] === "{" ? ndjsonTable(text, is_whole) : csvTable(text, is_whole);
  if (table.names.length === 0)
    throw { detail: file.size === 0 ? "This file is empty." : "No columns can be read in this file's beginning." };
  return { ...table, encoding, is_whole };
}
