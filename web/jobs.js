// The list of jobs. Pages of fifty rows, however many have been loaded: so the list stays as quick with thousands.

import { bulkActions } from "./bulk_actions.js";
import { age, count, number } from "./format.js";
import { jobRow } from "./job_row.js";
import { choice, heading, make } from "./make.js";
import { problemBox } from "./problem.js";
import { call, now, server } from "./server.js";
import { follow, hasEnded, repeat } from "./stream.js";

const rows_a_page = 50;
const loaded_at_once = 200;
const look_again = 3000;
const states = ["queued", "delayed", "running", "retrying", "canceling", "succeeded", "failed", "canceled", "expired"];

const most_rounds = 25;

/** What is searched, in one text: title, id and tags, which stay as they are while the job changes. */
const haystack = (job) => [job.title, job.id, ...Object.entries(job.tags).map((tag) => tag.join("="))].join("\n").toLowerCase();

const newestFirst = (a, b) => (a.created_at < b.created_at ? 1 : a.created_at > b.created_at ? -1 : a.id < b.id ? 1 : -1);

class JobList {
  jobs = new Map();      // id to job, what was loaded
  order = null;          // `{id, text}` of all, newest first; null when jobs came or went
  rows = new Map();      // id to the row that shows it now
  selected = new Set();
  cursor = null;         // of what has not been loaded; null where that is nothing
  page = 0;
  watched = null;        // ends the stream of the jobs on the page
  watched_ids = "";

  constructor(query, signal) {
    this.signal = signal;
    this.status = states.includes(query.get("status")) ? query.get("status") : "";
    this.search = query.get("search") ?? "";
    this.body = make("tbody");
    this.summary = make("p", { class: "quiet", role: "status", id: "summary" });
    this.problem = problemBox();
    this.all = make("input", { type: "checkbox", "aria-label": "Select all on this page", change: () => this.selectPage() });
    this.newer = make("button", { type: "button", click: () => this.turn(-1) }, "Newer");
    this.older = make("button", { type: "button", id: "older", click: () => this.turn(1) }, "Older");
    this.more = make("button", { type: "button", id: "more", hidden: true, click: () => this.loadMore() }, `Load ${loaded_at_once} more`);
    this.actions = bulkActions({ chosen: () => [...this.selected].map((id) => this.jobs.get(id)).filter(Boolean),
      done: (removed) => this.acted(removed) });
  }

  element() {
    return make("section", { class: "card stack", "aria-label": "Jobs" },
      make("div", { class: "fields" },
        make("label", {}, "Search in title, id and tags",
          make("input", { type: "search", id: "search", value: this.search, input: ({ target }) => this.searchFor(target.value) })),
        make("label", {}, "State", choice([["", "all"], ...states.map((state) => [state, state])], this.status,
          { id: "state", change: ({ target }) => { location.hash = hashOf({ status: target.value, search: this.search }); } }))),
      this.actions.bar, this.problem.box,
      make("table", { class: "jobs" },
        make("thead", {}, make("tr", {}, make("td", {}, this.all),
          ["Report", "State", "Age"].map((head) => make("th", { scope: "col" }, head)))), this.body),
      make("div", { class: "row" }, this.summary, make("div", { class: "row" }, this.newer, this.older, this.more)));
  }

  path(limit, cursor) {
    const query = new URLSearchParams({ limit });
    if (this.status) query.set("status", this.status);
    if (cursor) query.set("cursor", cursor);
    return `/v1/jobs?${query}`;
  }

  keep(job) {
    if (!this.jobs.has(job.id)) this.order = null;
    this.jobs.set(job.id, job);
  }

  remove(id) {
    if (this.jobs.delete(id)) this.order = null;
  }

  /** Goes on until a page is full: the server looks at so many jobs in a call, and few of them may have the state. */
  async load(cursor = null) {
    const wanted = this.jobs.size + rows_a_page;
    this.cursor = cursor;
    try {
      for (let round = 0; round < most_rounds; ++round) {
        const { data, next_cursor } = await call(this.path(loaded_at_once, this.cursor), { signal: this.signal });
        for (const job of data) this.keep(job);
        this.cursor = next_cursor;
        this.problem.show(null);
        this.show();
        if (!next_cursor || this.jobs.size >= wanted) return;
      }
    } catch (problem) {
      if (!this.signal.aborted) this.problem.show(problem);
    }
    this.show();
  }

  async loadMore() {
    this.more.disabled = true;
    await this.load(this.cursor);
    this.more.disabled = false;
  }

  /** What is new at the head of the list, and what the newest have become; the rest is told by the stream. */
  async lookAgain() {
    const { data, next_cursor } = await call(this.path(rows_a_page), { signal: this.signal });
    if (!this.status && (data.length || !next_cursor)) this.forget(data, next_cursor === null);
    for (const job of data) {
      const known = this.jobs.get(job.id);
      if (!known || known.seq <= job.seq) this.keep(job);
    }
    this.problem.show(null);
    this.show();
  }

  /** Those that are newer than the last of `data`, and not in it, have been deleted. */
  forget(data, is_all) {
    const there = new Set(data.map(({ id }) => id));
    const oldest = is_all ? "" : data.at(-1).created_at;
    for (const job of this.jobs.values())
      if (job.created_at > oldest && !there.has(job.id)) this.remove(job.id);
  }

  matching() {
    const wanted = this.search.trim().toLowerCase();
    this.order ??= [...this.jobs.values()].sort(newestFirst).map((job) => ({ id: job.id, text: haystack(job) }));
    return this.order.filter(({ text }) => text.includes(wanted)).map(({ id }) => this.jobs.get(id))
      .filter((job) => !this.status || job.status === this.status);
  }

  show() {
    if (this.signal.aborted) return;
    const matching = this.matching();
    const pages = Math.max(1, Math.ceil(matching.length / rows_a_page));
    this.page = Math.min(this.page, pages - 1);
    const shown = matching.slice(this.page * rows_a_page, (this.page + 1) * rows_a_page);
    const rows = new Map();
    for (const job of shown) {
      const row = this.rows.get(job.id) ?? jobRow(job, { toggle: (is_on) => this.toggle(job.id, is_on) });
      row.update(job, { is_selected: this.selected.has(job.id), age: age(job.created_at, now()) });
      rows.set(job.id, row);
    }
    this.rows = rows;
    this.place([...rows.values()].map(({ element }) => element));
    this.newer.hidden = this.page === 0;
    this.older.hidden = this.page + 1 >= pages;
    this.more.hidden = !this.cursor;
    const found = this.search ? `${count(matching.length, "job")} found in ${number(this.jobs.size)} loaded` : count(matching.length, "job");
    const text = `${found}${this.cursor ? ", and more to load" : ""}${pages > 1 ? ` · page ${this.page + 1} of ${pages}` : ""}`;
    if (this.summary.textContent !== text) this.summary.textContent = text;
    this.showSelection();
    this.watch(shown.filter((job) => !hasEnded(job.status)).map(({ id }) => id));
  }

  /** Only what has moved is moved: a row in place keeps its focus. */
  place(elements) {
    elements.forEach((element, index) => {
      const there = this.body.children[index];
      if (there !== element) this.body.insertBefore(element, there ?? null);
    });
    while (this.body.children.length > elements.length) this.body.lastElementChild.remove();
  }

  /** One stream for the open jobs on the page, for a browser has few connections. */
  watch(ids) {
    const wanted = ids.join(",");
    if (wanted === this.watched_ids) return;
    this.watched?.abort();
    this.watched_ids = wanted;
    if (!wanted) return;
    this.watched = new AbortController();
    const { signal } = this.watched;
    this.signal.addEventListener("abort", () => this.watched.abort(), { once: true, signal });
    follow(`/v1/events?jobs=${wanted}`, { signal, take: (event) => this.take(event), lost: () => { this.watched_ids = ""; } });
  }

  take(event) {
    const job = this.jobs.get(event.job);
    if (!job || event.seq < job.seq) return;
    const { job: id, ...news } = event;
    this.jobs.set(id, { ...job, ...news });
    const row = this.rows.get(id);
    const is_listed = !this.status || news.status === this.status;
    if (is_listed) row?.update(this.jobs.get(id), { is_selected: this.selected.has(id), age: age(job.created_at, now()) });
    if (!is_listed || hasEnded(news.status)) this.show();
  }

  searchFor(text) {
    this.search = text;
    this.page = 0;
    history.replaceState(null, "", hashOf(this));  // no step in the history for each letter
    this.show();
  }

  turn(by) {
    this.page += by;
    this.show();
    this.body.querySelector("a")?.focus();
  }

  toggle(id, is_on) {
    if (is_on) this.selected.add(id);
    else this.selected.delete(id);
    this.showSelection();
  }

  selectPage() {
    const is_on = this.all.checked;
    for (const [id, row] of this.rows) {
      if (is_on) this.selected.add(id);
      else this.selected.delete(id);
      row.select(is_on);
    }
    this.showSelection();
  }

  showSelection() {
    for (const id of this.selected) if (!this.jobs.has(id)) this.selected.delete(id);
    const on_page = [...this.rows.keys()].filter((id) => this.selected.has(id)).length;
    this.all.checked = on_page > 0 && on_page === this.rows.size;
    this.all.indeterminate = on_page > 0 && on_page < this.rows.size;
    this.actions.update();
  }

  async acted(removed) {
    for (const id of removed) this.remove(id);
    this.selected.clear();
    for (const row of this.rows.values()) row.select(false);
    this.show();
    await this.lookAgain().catch(() => {});
  }
}

function hashOf({ status, search }) {
  const query = new URLSearchParams();
  if (status) query.set("status", status);
  if (search) query.set("search", search);
  return query.size ? `#/jobs?${query}` : "#/jobs";
}

export function open(main, { query, signal }) {
  const list = new JobList(query, signal);
  main.replaceChildren(heading("Jobs"), list.element());
  list.load();
  repeat(look_again, () => list.lookAgain(), signal);
  server.addEventListener("back", () => list.lookAgain().catch(() => {}), { signal });
}
