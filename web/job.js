// The page of one job: its report, its life as a picture, its attempts and what went wrong in them.

import { duration, number } from "./format.js";
import { jobPanel } from "./job_panel.js";
import { requestCard, requestOfJob } from "./job_request.js";
import { heading, make, outside, time } from "./make.js";
import { agreed, problemBox } from "./problem.js";
import { call, may, now, server } from "./server.js";
import { hasEnded } from "./stream.js";
import { spansOf, timeline } from "./timeline.js";

const moment = (at) => (at ? time(at, new Date(at).toLocaleString()) : "not yet");

const facts = (job) => make("dl", { class: "facts" }, [
  ["Id", make("code", {}, outside(job.id))],
  ["Sent", moment(job.created_at)],
  ["Started", moment(job.started_at)],
  ["Ended", moment(job.ended_at)],
  ["Attempts", `${job.attempt} of ${job.max_attempts}`],
  ["Priority", job.priority],
  ["Sent by request", job.request_id ? make("code", {}, outside(job.request_id)) : "unknown"],
  ["Tags", Object.keys(job.tags).length === 0 ? "none"
    : Object.entries(job.tags).map(([name, value]) => make("span", { class: "tag" }, outside(`${name}=${value}`, 200)))],
  ...(job.result ? [["File", outside(job.result.filename, 200)], ["SHA-256", make("code", {}, job.result.sha256)]] : []),
].map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));

/** One row for each attempt that ended in an error. */
function attemptRows(events) {
  return events.filter(({ error }) => error).map(({ attempt, status, at, error }) => make("tr", {},
    make("td", {}, number(attempt)), make("td", {}, make("span", { class: `status ${status}` }, status)), make("td", {}, moment(at)),
    make("td", {}, outside(error.detail, 500), error.errors?.length
      ? make("ul", {}, error.errors.slice(0, 20).map(({ pointer, detail }) => make("li", {}, outside(pointer, 100), ": ", outside(detail, 300)))) : null)));
}

const attemptTable = (events) => make("table", { class: "attempts" },
  make("thead", {}, make("tr", {}, ["Attempt", "Then", "When", "Why"].map((head) => make("th", { scope: "col" }, head)))),
  make("tbody", {}, attemptRows(events)));

const eventList = (events) => make("ol", { class: "events" }, events.map(({ seq, status, progress, at }) => make("li", { value: seq },
  make("span", { class: `status ${status}` }, status), progress && !hasEnded(status) ? ` ${progress.stage} ${progress.percent} %` : "",
  " ", make("span", { class: "quiet" }, new Date(at).toLocaleTimeString(undefined, { fractionalSecondDigits: 3 })))));

function removal(job, problem) {
  const remove = make("button", { type: "button", class: "danger", id: "delete", click: async () => {
    if (!(await agreed("Delete this job and its files? This cannot be undone.", "Delete"))) return;
    try {
      await call(`/v1/jobs/${encodeURIComponent(job.id)}`, { method: "DELETE" });
      location.hash = "#/jobs";
    } catch (trouble) {
      problem.show(trouble);
    }
  } }, "Delete");
  return remove;
}

const links = (job) => make("div", { class: "row start" }, [["", "The job as JSON"], ["/events", "Its event stream"], ["/request", "Its request as JSON"]].map(([rest, text]) =>
  make("a", { href: `/v1/jobs/${encodeURIComponent(job.id)}${rest}`, target: "_blank", rel: "noopener" }, text)));

/** In order. What came before a redrive is not replayed; then all that is known is when the last attempt began. */
function inOrder(events, job) {
  const all = [...events.values()].sort((a, b) => a.seq - b.seq);
  if (all[0]?.seq > 1 && job.started_at && job.started_at < all[0].at)
    all.unshift({ seq: 0, status: "running", attempt: job.attempt, at: job.started_at });
  return all;
}

async function show(main, id, signal) {
  const job = await call(`/v1/jobs/${encodeURIComponent(id)}`, { signal });
  document.title = `${(job.title || job.id).slice(0, 80)} · Platen`;
  const events = new Map();
  const about = make("div", {}, facts(job));
  const picture = make("div", { id: "timeline" });
  const attempts = make("section", { class: "card stack", id: "attempts", "aria-label": "Attempts that failed", hidden: true });
  const list = make("div");
  const made = make("div", {}, requestCard(await requestOfJob(id, signal), hasEnded(job.status)));
  const problem = problemBox();
  const remove = removal(job, problem);
  let is_drawn = true;

  const drawAll = () => {
    is_drawn = true;
    const all = inOrder(events, job);
    picture.replaceChildren(timeline(spansOf(all, now()), Math.max(300, picture.clientWidth)));
    attempts.hidden = !all.some(({ error }) => error);
    attempts.replaceChildren(make("h2", {}, "What went wrong"), attemptTable(all));
    list.replaceChildren(eventList(all.filter(({ seq }) => seq > 0)));
  };
  addEventListener("resize", drawAll, { signal });
  const heard = (event) => {
    events.set(event.seq, event);
    if (!is_drawn) return;
    is_drawn = false;  // a replay brings hundreds at once
    requestAnimationFrame(drawAll);
  };
  const ended = async (request) => {
    const state = await call(`/v1/jobs/${encodeURIComponent(id)}`, { signal }).catch(() => job);
    about.replaceChildren(facts(state));
    remove.hidden = !hasEnded(state.status) || !may("admin");
    made.replaceChildren(requestCard(request, hasEnded(state.status)));
  };
  remove.hidden = !hasEnded(job.status) || !may("admin");
  main.replaceChildren(
    make("div", {}, make("p", {}, make("a", { href: "#/jobs" }, "← Jobs")), heading(outside(job.title || job.id, 300))),
    jobPanel(job, { signal, heard, ended, is_page: true }),
    make("section", { class: "card stack" }, make("h2", {}, "Timeline"), picture),
    attempts,
    make("section", { class: "card stack" }, make("h2", {}, "About"), about, links(job), problem.box, make("div", { class: "row start" }, remove)),
    made,
    make("section", { class: "card stack" }, make("details", {}, make("summary", {}, "Events"), list)));
  main.querySelector("h1").focus();
}

export async function open(main, { parameter: id, signal }) {
  const { box, show: showProblem } = problemBox();
  main.replaceChildren(heading("A job"), make("p", { class: "quiet" }, "Reading it …"));
  const enter = async () => {
    try {
      await show(main, id, signal);
    } catch (problem) {
      if (signal.aborted) return;
      main.replaceChildren(make("p", {}, make("a", { href: "#/jobs" }, "← Jobs")), heading("A job"), box);
      showProblem(problem);
      server.addEventListener("back", enter, { signal, once: true });
    }
  };
  await enter();
}
