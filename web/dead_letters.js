// The jobs that failed for good, why, and the way back.

import { age } from "./format.js";
import { make, outside, time } from "./make.js";
import { problemBox } from "./problem.js";
import { call, may, now } from "./server.js";

const loaded_at_once = 20;

/** `{card, refresh}`. */
export function deadLetters(signal) {
  const body = make("tbody");
  const none = make("p", { class: "quiet" }, "None.");
  const problem = problemBox();
  const all = make("button", { type: "button", class: "small", id: "redrive-all", hidden: true, click: () => redrive({ all: true }) }, "Run all again");
  const more = make("button", { type: "button", class: "small", hidden: true, click: () => load(cursor) }, "Load more");
  const table = make("table", { hidden: true },
    make("thead", {}, make("tr", {}, ["Report", "Why", "Age"].map((head) => make("th", { scope: "col" }, head)), make("td"))), body);
  let cursor = null;

  const row = (job) => make("tr", {},
    make("th", { scope: "row" }, make("a", { href: `#/jobs/${encodeURIComponent(job.id)}` }, outside(job.title || job.id, 80))),
    make("td", {}, outside(job.error?.detail ?? "", 200)),
    make("td", {}, job.ended_at ? time(job.ended_at, age(job.ended_at, now())) : ""),
    make("td", {}, may("admin") ? make("button", { type: "button", class: "small", "aria-label": `Run again: ${(job.title || job.id).slice(0, 80)}`,
      click: () => redrive({ jobs: [job.id] }) }, "Run again") : null));

  const load = async (from) => {
    try {
      const path = `/v1/dead-letters?limit=${loaded_at_once}${from ? `&cursor=${encodeURIComponent(from)}` : ""}`;
      const { data, next_cursor } = await call(path, { signal });
      if (!from) body.replaceChildren();
      body.append(...data.map(row));
      cursor = next_cursor;
    } catch (trouble) {
      if (!signal.aborted) problem.show(trouble);
      return;
    }
    const has_any = body.children.length > 0;
    table.hidden = !has_any;
    none.hidden = has_any;
    all.hidden = !has_any || !may("admin");
    more.hidden = !cursor;
  };

  const redrive = async (json) => {
    try {
      await call("/v1/dead-letters/redrive", { method: "POST", json });
      problem.show(null);
    } catch (trouble) {
      problem.show(trouble);
    }
    await load(null);
  };

  const card = make("section", { class: "card stack", id: "dead-letters", "aria-labelledby": "dead-title" },
    make("div", { class: "row" }, make("h2", { id: "dead-title" }, "Dead letters"), all), problem.box, none,
    make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "List of dead letters" }, table), more);
  return { card, refresh: () => load(null) };
}
