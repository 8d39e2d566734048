// The newest reports, below the form.

import { age } from "./format.js";
import { make, outside, time } from "./make.js";
import { call, now, server } from "./server.js";

const most = 6;

const item = (job) => make("li", { class: "row" },
  make("a", { href: `#/jobs/${encodeURIComponent(job.id)}` }, outside(job.title || job.id, 120)),
  make("span", {}, make("span", { class: `status ${job.status}` }, job.status), " · ", time(job.created_at, age(job.created_at, now()))));

/** `{card, refresh}`. */
export function recentReports(signal) {
  const list = make("ul", { id: "recent", class: "plain" });
  const none = make("p", { class: "quiet" }, "None yet.");
  const refresh = async () => {
    try {
      const { data } = await call(`/v1/jobs?limit=${most}`, { signal });
      list.replaceChildren(...data.map(item));
      none.hidden = data.length > 0;
    } catch (problem) {
      none.hidden = false;
      none.textContent = problem.detail ?? "The list cannot be read now.";
    }
  };
  server.addEventListener("back", refresh, { signal });
  refresh();
  const card = make("section", { class: "card stack", "aria-labelledby": "recent-title" },
    make("h2", { id: "recent-title" }, "Recent reports"), list, none);
  return { card, refresh };
}
