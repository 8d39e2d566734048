// How the queue stands: plots of the last minutes, workers, dead letters, webhooks.

import { deadLetters } from "./dead_letters.js";
import { age, bytes, count, duration, number, rate } from "./format.js";
import { heading, make, outside, time } from "./make.js";
import { plot } from "./plot.js";
import { problemBox } from "./problem.js";
import { call, limitsOfKey, now, server } from "./server.js";
import { repeat } from "./stream.js";
import { webhooks } from "./webhooks.js";

const period = 2000;
const least_span = 60 * 1000;
const most_span = 5 * 60 * 1000;
const most_gap = 30000;
const priorities = ["high", "normal", "low"];
const silent_after = 15000;  // of a worker, milliseconds
const reported_every = 10000;  // workers tell so often at least what they made

const samples = [];  // kept while the page lives, also while another of its pages is shown

const sumOf = (workers, name) => workers.reduce((sum, { totals }) => sum + totals[name], 0);

/** How fast `name` has grown since the last sample, or over `window` milliseconds; null where that is not known. */
function rateOf(sample, name, window = 0) {
  const before = samples.findLast(({ at }) => at <= sample.at - window) ?? samples[0];
  if (!before || sample.at - before.at > most_gap || sample[name] < before[name]) return null;
  return (sample[name] - before[name]) / Math.max(0.001, (sample.at - before.at) / 1000);
}

/** What is plotted of a state. */
function sampleOf(state) {
  const sample = { at: Date.now(), ready: state.ready, ended: state.totals.succeeded + state.totals.failed + state.totals.canceled + state.totals.expired,
    submitted: state.totals.submitted, rows: sumOf(state.workers, "rows") };
  const rates = { submitted_rate: rateOf(sample, "submitted"), ended_rate: rateOf(sample, "ended"),
    rows_rate: rateOf(sample, "rows", reported_every) };
  return { ...sample, ...rates };
}

const plots = () => {
  const byPriority = (member) => priorities.map((name) => ({ name, style: name, of: ({ ready }) => ready[name][member] }));
  const common = { samples, span: Math.min(most_span, Math.max(least_span, samples.at(-1).at - samples[0].at)) };
  return [
    plot({ ...common, title: "Jobs that wait", series: byPriority("jobs"), write: number }),
    plot({ ...common, title: "Oldest waits for", series: byPriority("oldest_seconds"), write: (value) => duration(value * 1000) }),
    plot({ ...common, title: "Jobs a second", write: rate, series: [
      { name: "sent", style: "high", of: (sample) => sample.submitted_rate }, { name: "ended", style: "normal", of: (sample) => sample.ended_rate }] }),
    plot({ ...common, title: "Rows a second", write: rate, series: [{ name: "rows", style: "normal", of: (sample) => sample.rows_rate }] }),
  ];
};

const facts = (state) => [
  ["Waiting", number(priorities.reduce((sum, name) => sum + state.ready[name].jobs, 0))], ["Delayed", number(state.delayed)],
  ["Running", number(state.running)], ["Dead letters", number(state.dead_letters)], ["Ended", number(state.ended)],
  ["Stored", bytes(state.stored_bytes)],
].map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value)));

const workerRow = (worker) => {
  const silence = now() - Date.parse(worker.seen_at);
  return make("tr", {},
    make("th", { scope: "row" }, outside(worker.name, 80), make("div", { class: "quiet" }, `version ${worker.version} · ${count(worker.slots, "slot")}`)),
    make("td", { class: silence > silent_after ? "status failed" : "" }, silence > silent_after ? "silent for " : "", time(worker.seen_at, age(worker.seen_at, now()))),
    make("td", {}, worker.jobs.length === 0 ? make("span", { class: "quiet" }, "idle") : worker.jobs.map(({ job, since }) =>
      make("div", {}, make("a", { href: `#/jobs/${encodeURIComponent(job)}` }, job), ` ${age(since, now())}`))),
    make("td", {}, `${number(worker.totals.rows)} rows, ${number(worker.totals.pages)} pages`));
};

const workerTable = (workers) => (workers.length === 0
  ? make("p", { class: "problem" }, "No worker is there: jobs wait until one comes.")
  : make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "List of workers" }, make("table", {},
    make("thead", {}, make("tr", {}, ["Worker", "Heartbeat", "Runs", "Made"].map((head) => make("th", { scope: "col" }, head)))),
    make("tbody", {}, workers.map(workerRow)))));

/** What the tenant takes of what it may, once that is known, and what the key that signed in may, where one did. */
function limitFacts(tenant) {
  const of = (taken, limit, write) => (limit === null ? `${write(taken)}, no limit` : `${write(taken)} of ${write(limit)}`);
  const told = (limit, what) => (limit ? `${count(limit.quota, what)} in ${duration(limit.window_seconds * 1000)}` : "no limit");
  const limits = limitsOfKey();
  return [...(tenant ? [["Your jobs that nobody has started", of(tenant.waiting, tenant.waiting_limit, number)],
    ["Stored for your jobs", of(tenant.stored_bytes, tenant.stored_limit_bytes, bytes)]] : []),
    ...(limits ? [["Submits with your key", told(limits.submits, "job")], ["Requests with it to each front end", told(limits.requests, "request")]] : []),
  ].map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value)));
}

export function open(main, { signal }) {
  const problem = problemBox();
  const numbers = make("dl", { class: "numbers", id: "numbers" });
  const figures = make("div", { class: "plots", id: "plots" });
  const workers = make("div", { id: "workers" });
  const limits = make("dl", { class: "facts" }, limitFacts(null));
  const dead = deadLetters(signal);
  const hooks = webhooks(signal);
  let dead_then = null;

  const look = async () => {
    try {
      const state = await call("/v1/queue", { signal });
      problem.show(null);
      samples.push(sampleOf(state));
      while (samples[0].at < Date.now() - most_span) samples.shift();
      numbers.replaceChildren(...facts(state));
      limits.replaceChildren(...limitFacts(state.tenant));
      figures.replaceChildren(...plots());
      const had_focus = workers.contains(document.activeElement);  // do not take it away
      if (!had_focus) workers.replaceChildren(workerTable(state.workers));
      const dead_now = `${state.dead_letters} of ${state.totals.failed}`;  // one that failed again is as many as before
      if (dead_then !== dead_now) dead.refresh();
      dead_then = dead_now;
    } catch (trouble) {
      if (!signal.aborted) problem.show(trouble);
    }
  };

  main.replaceChildren(heading("Queue"), problem.box, numbers, figures,
    make("section", { class: "card stack" }, make("h2", {}, "Workers"), workers), dead.card, hooks.card,
    make("section", { class: "card stack", id: "limits", "aria-labelledby": "limits-title" }, make("h2", { id: "limits-title" }, "Limits"), limits));
  look();
  hooks.refresh();
  repeat(period, look, signal);
  server.addEventListener("back", () => {
    look();
    dead.refresh();
    hooks.refresh();
  }, { signal });
}
