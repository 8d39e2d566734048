// The frame of the console: which page is shown, the navigation, and whether the server is there.
// A page is named by the hash (`#/jobs/job_0…?…`), so that the server has one page to serve, links lead deep, and the
// browser's own history works.

import { open as openHome } from "./home.js";
import { open as openJob } from "./job.js";
import { open as openJobs } from "./jobs.js";
import { make } from "./make.js";
import { open as openQueue } from "./queue.js";
import { beginSession, server, signedIn, signOut } from "./server.js";

const $ = (id) => document.getElementById(id);

const pages = [
  { pattern: /^$/, name: "home", title: "New report", open: openHome },
  { pattern: /^jobs$/, name: "jobs", title: "Jobs", open: openJobs },
  { pattern: /^jobs\/([A-Za-z0-9_]+)$/, name: "jobs", title: "A job", open: openJob },
  { pattern: /^queue$/, name: "queue", title: "Queue", open: openQueue },
];

let leave = new AbortController();

function addressed() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  for (const page of pages) {
    const match = page.pattern.exec(path);
    if (match) return { page, parameter: match[1], query: new URLSearchParams(query) };
  }
  return null;
}

/** Every page gets the element that it fills, what its address says, and a signal that ends whatever it has begun. */
function show({ is_first = false } = {}) {
  leave.abort();
  leave = new AbortController();
  const found = addressed();
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.page === found?.page.name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = found ? `${found.page.title} · Platen` : "Platen";
  if (!found) return $("main").replaceChildren(make("p", { class: "card" }, "There is no such page here."));
  found.page.open($("main"), { parameter: found.parameter, query: found.query, signal: leave.signal });
  if (!is_first) $("main").querySelector("h1")?.focus();
  scrollTo(0, 0);
}

function showConnection(text, name) {
  $("connection").hidden = !text;
  $("connection").textContent = text;
  $("connection").className = name;
}

server.addEventListener("away", () => showConnection("The server cannot be reached. Trying again …", "away"));
server.addEventListener("back", () => {
  showConnection("The server is back.", "back");
  setTimeout(() => { if ($("connection").className === "back") showConnection("", ""); }, 4000);
});
server.addEventListener("notice", ({ detail }) => {
  if ($("connection").className === "away") return;
  showConnection(detail, "notice");
  setTimeout(() => { if ($("connection").className === "notice") showConnection("", ""); }, 15000);
});
server.addEventListener("session", () => { $("sign-out").hidden = !signedIn(); });
$("sign-out").addEventListener("click", signOut);
$("skip").addEventListener("click", (event) => {  // its hash names no page
  event.preventDefault();
  $("main").focus();
});
addEventListener("hashchange", () => show());

await beginSession();
show({ is_first: true });
