// A report under way: its bar, and in the end its PDF.

import { bytes, count, duration, number, rate } from "./format.js";
import { requestOfJob } from "./job_request.js";
import { make, outside } from "./make.js";
import { problemBox } from "./problem.js";
import { call, may } from "./server.js";
import { follow, hasEnded } from "./stream.js";

const stages = { scan: "Reading", render: "Drawing", finish: "Finishing", store: "Storing" };
const waits = ["queued", "delayed", "retrying"];
const openable = new Set(["http:", "https:"]);

/** How fast rows go by, from the first progress of a stage to the newest. */
export function speedMeter() {
  let first = null;
  return ({ progress, at }) => {
    const moment = Date.parse(at);
    if (!progress?.done || Number.isNaN(moment)) return null;
    if (first?.stage !== progress.stage || progress.done < first.done)
      first = { stage: progress.stage, done: progress.done, moment };
    const seconds = (moment - first.moment) / 1000;
    return seconds > 0.05 ? (progress.done - first.done) / seconds : null;
  };
}

/** Where a job is, in words. */
export function describe({ status, progress, result, queue_position: position }, rows_per_second) {
  if (result) {
    const parts = [count(result.rows ?? 0, "row"), count(result.pages ?? 0, "page"), bytes(result.bytes)];
    if (result.skipped_rows) parts.push(`${count(result.skipped_rows, "row")} left out`);
    if (result.replaced_bytes) parts.push(`${number(result.replaced_bytes)} invalid bytes replaced`);
    if (result.missing_glyphs) parts.push(`${count(result.missing_glyphs, "character")} without a font`);
    return parts.join(" · ");
  }
  if (status === "queued" && position) return position === 1 ? "Next in the queue" : `Number ${number(position)} in the queue`;
  if (!progress || hasEnded(status)) return "";
  const parts = [stages[progress.stage] ?? progress.stage];
  if (progress.total) parts.push(`${number(progress.done)} of ${count(progress.total, "row")}`);
  else if (progress.done) parts.push(count(progress.done, "row"));
  if (progress.pages) parts.push(count(progress.pages, "page"));
  if (rows_per_second) parts.push(`${rate(rows_per_second)} rows/s`);
  if (progress.eta_ms > 0) parts.push(`about ${duration(Math.ceil(progress.eta_ms / 1000) * 1000)} left`);
  return parts.join(" · ");
}

/** The signed link as a URL, or null where it is none that a browser should open. */
export function linkOf(result) {
  const link = result?.url ? new URL(result.url, location.href) : null;
  return link && openable.has(link.protocol) ? link : null;
}

/** The PDF's first page, where the browser has a viewer and the policy allows the link's origin. */
export function preview(result) {
  const link = linkOf(result);
  if (!link || !navigator.pdfViewerEnabled || link.origin !== location.origin || !link.search) return null;
  link.searchParams.set("disposition", "inline");
  link.hash = "page=1&view=FitH&toolbar=0&navpanes=0";
  return make("iframe", { class: "pdf", title: "The report's first page", src: link.href });
}

/**
 * A card that follows `job` until it has ended. `ended(request)` is called then, with what it was made of; `heard(event)` with every event that comes.
 */
export function jobPanel(job, { signal, ended, heard, is_page = false }) {
  let state = job;
  let request = null;  // what it was made of; known once it has ended
  let closed = new AbortController();
  const speed = speedMeter();
  const status = make("span", { id: "job-status", role: "status" });
  const bar = make("progress", { id: "bar", max: "100", "aria-label": "Progress of the report" });
  const detail = make("p", { id: "detail", class: "quiet" });
  const download = make("a", { id: "download", class: "primary button", hidden: true }, "Download the PDF");
  const view = make("a", { id: "view", class: "button", target: "_blank", rel: "noopener", hidden: true }, "Open it");
  const cancel = make("button", { id: "cancel", type: "button", click: () => act("cancel") }, "Cancel");
  const again = make("button", { id: "again", type: "button", click: () => (state.status === "failed" && may("admin") ? act("redrive") : rerun()) }, "Run again");
  const picture = make("div", { id: "picture" });
  const problem = problemBox({ id: "job-problem" });
  signal.addEventListener("abort", () => closed.abort(), { once: true });

  const showEnd = (link) => {
    download.hidden = view.hidden = !link;
    picture.replaceChildren(...[preview(state.result)].filter(Boolean));
    if (!link) return;
    download.href = link.href;
    const shown = new URL(link);
    shown.searchParams.set("disposition", "inline");
    view.href = shown.href;
  };

  const show = () => {
    const has_ended = hasEnded(state.status);
    if (status.textContent !== state.status) {  // said aloud once
      status.textContent = state.status;
      status.className = `status ${state.status}`;
    }
    const percent = state.status === "succeeded" ? 100 : waits.includes(state.status) ? 0 : state.progress?.percent;
    if (percent === undefined || percent === null) bar.removeAttribute("value");  // begun, and nothing known yet
    else bar.value = percent;
    bar.hidden = has_ended && state.status !== "succeeded";
    detail.textContent = describe(state, hasEnded(state.status) ? null : speed(state));
    cancel.hidden = has_ended || !may("submit");
    cancel.disabled = state.status === "canceling";
    again.hidden = !has_ended || !(may("submit") && request?.can_run_again) && !(state.status === "failed" && may("admin"));
    problem.show(hasEnded(state.status) || state.status === "retrying" ? state.error : null);
    if (has_ended) showEnd(linkOf(state.result));
    else showEnd(null);
  };

  const take = (event) => {
    heard?.(event);
    if (event.seq < state.seq) return;  // history: the job is past it
    state = { ...state, queue_position: null, error: null, ...event };
    show();
    if (!hasEnded(state.status)) return;
    closed.abort();
    end();
  };

  /** A failed job itself is run again by those who may; else the same request makes a new job. */
  const rerun = async () => {
    again.disabled = true;
    try {
      const { id } = await call(`/v1/jobs/${encodeURIComponent(job.id)}/rerun`, { method: "POST" });
      location.hash = `#/jobs/${encodeURIComponent(id)}`;
    } catch (trouble) {
      problem.show(trouble);
    }
    again.disabled = false;
  };

  const end = async () => {
    request = await requestOfJob(job.id, signal);
    show();
    ended?.(request);
  };

  /** The stream is over for good: what is the job now? */
  const refresh = async () => {
    try {
      state = await call(`/v1/jobs/${encodeURIComponent(job.id)}`, { signal });
    } catch (trouble) {
      if (signal.aborted) return;
      if (trouble.code === "unreachable" || trouble.status >= 500) return void setTimeout(refresh, 2000);
      return problem.show(trouble);
    }
    show();
    if (hasEnded(state.status)) end();
    else setTimeout(listen, 1000);
  };

  const listen = () => {
    if (signal.aborted) return;
    closed.abort();
    closed = new AbortController();
    follow(`/v1/jobs/${encodeURIComponent(job.id)}/events`, { take, lost: refresh, signal: closed.signal });
  };

  const act = async (verb) => {
    try {
      state = { ...state, ...await call(`/v1/jobs/${encodeURIComponent(job.id)}/${verb}`, { method: "POST" }) };
      show();
      if (verb === "redrive") {
        ended?.(request);
        listen();
      }
    } catch (trouble) {
      problem.show(trouble);
    }
  };

  show();
  if (!hasEnded(state.status) || heard) listen();
  const title = is_page ? null : make("h2", { id: "job-title", tabindex: "-1" }, outside(job.title || job.id));
  return make("section", { id: "job", class: "card stack", "aria-label": "The report" },
    make("div", { class: "row" }, title, status), bar, detail,
    make("div", { class: "row start" }, download, view, cancel, again,
      is_page ? null : make("a", { href: `#/jobs/${encodeURIComponent(job.id)}`, class: "button" }, "Its page")),
    problem.box, picture);
}
