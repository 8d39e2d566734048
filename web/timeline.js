// A job's life as a picture: when it waited, and what each attempt did for how long.

import { duration } from "./format.js";
import { draw, make } from "./make.js";
import { hasEnded } from "./stream.js";

const kinds = {
  queued: "Waiting", delayed: "Delayed", retrying: "Waiting to be tried again", started: "Under way", scan: "Reading",
  render: "Drawing", finish: "Finishing", store: "Storing", canceling: "Canceling",
};
const label_width = 84;
const lane_height = 30;
const most_lanes = 9;

const kindOf = (event) => {
  if (event.status === "running") return event.progress?.stage ?? "started";
  return event.status;
};

/** `[{kind, attempt, from, to}]` in order; `attempt` is 0 while it waited. `until` ends what still goes on. */
export function spansOf(events, until) {
  const spans = [];
  let last = null;
  for (const event of events) {
    const at = Date.parse(event.at);
    const kind = kindOf(event);
    if (last && !hasEnded(event.status) && last.kind === kind && last.event_attempt === event.attempt) continue;
    if (last) last.to = Math.max(at, last.from);
    if (hasEnded(event.status)) return spans;
    const is_waiting = ["queued", "delayed", "retrying"].includes(kind);
    last = { kind, event_attempt: event.attempt, attempt: is_waiting ? 0 : event.attempt ?? 1, from: at, to: until };
    spans.push(last);
  }
  return spans;
}

function axis(length, { width, height, place }) {
  const step = [1, 2, 5].flatMap((digit) => [-2, -1, 0, 1, 2, 3, 4, 5, 6].map((power) => digit * 10 ** power * 1000))
    .sort((a, b) => a - b).find((candidate) => length / candidate <= width / 110) ?? length;
  const marks = [];
  for (let at = 0; at <= length; at += step) {
    const x = place(at);
    marks.push(draw("line", { class: "grid", x1: x, x2: x, y1: 0, y2: height }),
      draw("text", { class: "tick", x: Math.min(x, width - 22), y: height + 14, "text-anchor": at === 0 ? "start" : "middle" }, duration(at)));
  }
  return marks;
}

/** The picture, so many pixels wide, and the same as a table for those who do not see it. */
export function timeline(spans, width) {
  if (spans.length === 0) return make("p", { class: "quiet" }, "Nothing has happened yet.");
  const begin = spans[0].from;
  const length = Math.max(1, spans.at(-1).to - begin);
  const lanes = [...new Set(spans.map(({ attempt }) => attempt))].sort((a, b) => a - b).slice(-most_lanes);
  const height = lanes.length * lane_height;
  const place = (after) => label_width + (after / length) * (width - label_width - 8);
  const bars = spans.filter(({ attempt }) => lanes.includes(attempt)).map(({ kind, attempt, from, to }) => {
    const x = place(from - begin);
    return draw("rect", { class: `span ${kind}`, x, y: lanes.indexOf(attempt) * lane_height + 6, rx: 2,
      width: Math.max(2, place(to - begin) - x), height: lane_height - 12 }, draw("title", {}, `${kinds[kind] ?? kind}: ${duration(to - from)}`));
  });
  const names = lanes.map((attempt, index) =>
    draw("text", { class: "lane", x: 0, y: index * lane_height + 19 }, attempt === 0 ? "Waiting" : `Attempt ${attempt}`));
  const picture = draw("svg", { viewBox: `0 0 ${width} ${height + 20}`, role: "img", class: "timeline",
    "aria-label": `Timeline: ${duration(length)} in all; the table below has its parts` }, axis(length, { width, height, place }), bars, names);
  const rows = spans.map(({ kind, attempt, from, to }) => make("tr", {},
    make("td", {}, make("span", { class: `key ${kind}` }), kinds[kind] ?? kind),
    make("td", {}, attempt === 0 ? "" : String(attempt)), make("td", { class: "right" }, duration(to - from))));
  return make("div", { class: "stack" }, picture, make("details", {}, make("summary", {}, "As a table"),
    make("table", {}, make("thead", {}, make("tr", {}, ["Stage", "Attempt", "Time"].map((head) => make("th", { scope: "col" }, head)))),
      make("tbody", {}, rows))));
}
