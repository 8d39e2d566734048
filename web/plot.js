// Small plots of what was seen in the last minutes.

import { draw, make } from "./make.js";

const width = 320;
const height = 90;

const peakOf = (samples, series) =>
  Math.max(0, ...samples.flatMap((sample) => series.map(({ of }) => of(sample) ?? 0)));

/** A round number above: 1, 2, 5, 10 … */
function ceiling(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((digit) => digit * power).find((candidate) => candidate >= value);
}

function path(samples, of, { span, top }) {
  const end = samples.at(-1).at;
  let line = "";
  for (const sample of samples) {
    const value = of(sample);
    if (value === null || value === undefined) continue;
    const x = width * (1 - (end - sample.at) / span);
    const y = height - (height - 2) * Math.min(1, value / top) - 1;
    line += `${line ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
  }
  return line;
}

/**
 * A figure of `samples` (`{at}`, milliseconds, in order) over the last `span` milliseconds. `series` is
 * `[{name, of, style}]`; `write` makes a value a text.
 */
export function plot({ title, samples, series, span, write }) {
  const last = samples.at(-1);
  const top = ceiling(peakOf(samples, series));
  const values = series.map(({ name, of }) => `${name} ${write(of(last) ?? 0)}`);
  const picture = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", preserveAspectRatio: "none", class: "plot",
    "aria-label": `${title} over the last minutes; now ${values.join(", ")}` },
    [0.5, 1].map((share) => draw("line", { class: "grid", x1: 0, x2: width, y1: height * (1 - share) + 1, y2: height * (1 - share) + 1 })),
    draw("line", { class: "grid", x1: 0, x2: width, y1: height - 1, y2: height - 1 }),
    series.map(({ of, style }) => draw("path", { class: `line ${style}`, d: path(samples, of, { span, top }) })));
  return make("figure", { class: "card" },
    make("figcaption", { class: "row" }, make("strong", {}, title), make("span", { class: "quiet" }, `up to ${write(top)}`)),
    picture,
    make("p", { class: "legend" }, series.map(({ name, of, style }) =>
      make("span", {}, make("span", { class: `key ${style}` }), `${name} `, make("b", {}, write(of(last) ?? 0))))));
}
