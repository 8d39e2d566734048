// One row of the list of jobs, which follows its job.

import { make, outside, time } from "./make.js";

const most_tags = 4;

const tagList = (tags) => {
  const all = Object.entries(tags);
  return [...all.slice(0, most_tags).map(([name, value]) => make("span", { class: "tag" }, outside(`${name}=${value}`, 40))),
          all.length > most_tags ? make("span", { class: "tag" }, `${all.length - most_tags} more`) : null].filter(Boolean);
};

/** `{element, update(job, {is_selected, age}), select(is_on)}`. */
export function jobRow(job, { toggle }) {
  const box = make("input", { type: "checkbox", "aria-label": `Select ${(job.title || job.id).slice(0, 100)}`,
    change: () => toggle(box.checked) });
  const status = make("span");
  const bar = make("progress", { max: "100", "aria-label": "Progress" });
  const when = time(job.created_at, "");
  const element = make("tr", {},
    make("td", {}, box),
    make("th", { scope: "row" }, make("a", { href: `#/jobs/${encodeURIComponent(job.id)}` }, outside(job.title || job.id, 160)),
      make("div", { class: "tags" }, ...tagList(job.tags))),
    make("td", {}, status, bar),
    make("td", { class: "age" }, when));
  const update = (state, { is_selected, age }) => {
    if (status.textContent !== state.status) {
      status.textContent = state.status;
      status.className = `status ${state.status}`;
    }
    bar.hidden = state.status !== "running" && state.status !== "canceling";
    if (state.progress) bar.value = state.progress.percent;
    else bar.removeAttribute("value");
    if (when.textContent !== age) when.textContent = age;
    box.checked = is_selected;
  };
  return { element, update, select: (is_on) => { box.checked = is_on; } };
}
