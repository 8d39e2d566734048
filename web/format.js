// How numbers, sizes and times are written for people.

const grouped = new Intl.NumberFormat();
const one_digit = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

export const number = (value) => grouped.format(value ?? 0);

/** The word for that many: `count(1, "row")` is "1 row". */
export const count = (value, word) => `${number(value)} ${word}${value === 1 ? "" : "s"}`;

export function bytes(value) {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let amount = value ?? 0;
  let unit = 0;
  for (; amount >= 1000 && unit + 1 < units.length; ++unit) amount /= 1000;
  return `${unit === 0 ? grouped.format(amount) : one_digit.format(amount)} ${units[unit]}`;
}

export function duration(milliseconds) {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${one_digit.format(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86400)} d ${Math.floor((seconds % 86400) / 3600)} h`;
}

/** How long ago, in one word: "now", "12 s", "4 min", "3 h", "5 d". */
export function age(moment, now) {
  const seconds = (now - Date.parse(moment)) / 1000;
  if (!(seconds >= 1)) return "now";
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} d`;
}

/** A rate with as many digits as tell something. */
export const rate = (value) => (value >= 100 ? grouped.format(Math.round(value)) : one_digit.format(value));
