// What can be done with the jobs that are selected. A button is there only while some of them can have it done.

import { count } from "./format.js";
import { make } from "./make.js";
import { agreed, problemBox } from "./problem.js";
import { call, forEach, may } from "./server.js";
import { hasEnded } from "./stream.js";

const most_redriven = 100;  // in one call
const jobPath = (job) => `/v1/jobs/${encodeURIComponent(job.id)}`;

const canRedrive = (job) => job.status === "failed" && may("admin");

/** Failed jobs themselves by those who may; of the others the same request makes a new job. */
async function runAgain(jobs) {
  const failed = jobs.filter(canRedrive);
  const problems = await forEach(parts(failed), (part) =>
    call("/v1/dead-letters/redrive", { method: "POST", json: { jobs: part.map(({ id }) => id) } }), 1);
  const others = jobs.filter((job) => !canRedrive(job)).reverse();  // so that the newest stays the newest
  return [...problems, ...await forEach(others, (job) => call(`${jobPath(job)}/rerun`, { method: "POST" }))];
}

const actions = [
  { name: "Cancel", fits: (job) => may("submit") && !hasEnded(job.status) && job.status !== "canceling",
    run: (jobs) => forEach(jobs, (job) => call(`${jobPath(job)}/cancel`, { method: "POST" })) },
  { name: "Run again", fits: (job) => canRedrive(job) || (hasEnded(job.status) && may("submit")), run: runAgain },
  { name: "Delete", fits: (job) => may("admin") && hasEnded(job.status), removes: true,
    question: (jobs) => `Delete ${count(jobs.length, "job")} and the files? This cannot be undone.`,
    run: (jobs, gone) => forEach(jobs, async (job) => {
      await call(jobPath(job), { method: "DELETE" });
      gone.push(job.id);
    }) },
];

const parts = (jobs) => Array.from({ length: Math.ceil(jobs.length / most_redriven) }, (_, index) =>
  jobs.slice(index * most_redriven, (index + 1) * most_redriven));

/** `{bar, update}`: `chosen()` gives the selected jobs, `done(ids)` is told which are gone for good. */
export function bulkActions({ chosen, done }) {
  const selected = make("span", { class: "quiet", role: "status" });
  const problem = problemBox();
  const buttons = actions.map((action) => make("button", { type: "button", class: action.removes ? "danger small" : "small",
    click: () => run(action) }));
  const row = make("div", { class: "row start" }, selected, buttons);
  const bar = make("div", { class: "stack", id: "bulk" }, row, problem.box);

  const run = async (action) => {
    const jobs = chosen().filter(action.fits);
    if (action.question && !(await agreed(action.question(jobs), action.name))) return;
    buttons.forEach((button) => { button.disabled = true; });
    const gone = [];
    const problems = await action.run(jobs, gone);
    buttons.forEach((button) => { button.disabled = false; });
    problem.show(problems.length === 0 ? null : { detail: `${count(problems.length, "call")} of ${jobs.length} did not work.`,
      errors: problems.slice(0, 5).map(({ detail }) => ({ detail })) });
    await done(gone);
  };

  const update = () => {
    const jobs = chosen();
    row.hidden = jobs.length === 0;
    selected.textContent = `${jobs.length} selected`;
    actions.forEach((action, index) => {
      const fitting = jobs.filter(action.fits).length;
      buttons[index].hidden = fitting === 0;
      buttons[index].textContent = `${action.name} (${fitting})`;
    });
  };
  update();
  return { bar, update };
}
