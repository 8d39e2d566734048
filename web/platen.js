// Submits a file, shows its report's progress, and lists what was made before.
// Every text that came from outside goes in as textContent.

const $ = (id) => document.getElementById(id);
const number = new Intl.NumberFormat();
const ends = ["succeeded", "failed", "canceled", "expired"];
const events = ["queued", "delayed", "started", "progress", "retrying", "canceling", "reset", ...ends];
const stages = { scan: "Reading", render: "Drawing", finish: "Finishing", store: "Storing" };
const openable = new Set(["http:", "https:"]);

let stream = null;  // the EventSource of the job that is shown
let shown = null;   // that job's id

function showProblem(box, problem) {
  box.hidden = !problem;
  if (!problem) return;
  box.querySelector("p").textContent = problem.detail ?? problem.title ?? "Something went wrong.";
  box.querySelector("ul").replaceChildren(...(problem.errors ?? []).map(({ pointer, detail }) => {
    const item = document.createElement("li");
    item.textContent = pointer ? `${pointer}: ${detail}` : detail;
    return item;
  }));
}

/** The parsed answer; throws a problem document where it is not a success. */
async function call(path, options = {}) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw { detail: "The server cannot be reached. Check the connection and try again." };
  }
  const body = await response.json().catch(() => ({ detail: `The server answered ${response.status}.` }));
  if (!response.ok) throw body;
  return body;
}

// --- Submitting ------------------------------------------------------------------------------------

function choose(file) {
  if (!file) return;
  $("chosen").textContent = file.name;
  $("hint").textContent = `${number.format(file.size)} bytes`;
  if (!$("title").value) $("title").value = file.name.replace(/\.[^.]+$/, "");
}

function checkForm() {
  if (!$("file").files.length) return { detail: "Choose a file first." };
  if (!$("title").value.trim()) return { detail: "Give the report a title." };
  return null;
}

async function submit(event) {
  event.preventDefault();
  const missing = checkForm();
  showProblem($("problem"), missing);
  if (missing) return $($("file").files.length ? "title" : "file").focus();
  const form = new FormData();
  const report = { title: $("title").value.trim(), page: { orientation: $("orientation").value } };
  form.append("job", JSON.stringify({ report }));
  form.append("data", $("file").files[0]);
  const button = event.submitter ?? $("submit").querySelector("button");
  button.disabled = true;
  try {
    const job = await call("/v1/jobs", { method: "POST", body: form });
    watch(job);
    $("job-title").focus();
    listRecent();
  } catch (problem) {
    showProblem($("problem"), problem);
  } finally {
    button.disabled = false;
  }
}

// --- One job ---------------------------------------------------------------------------------------

function describe({ progress, status, queue_position: position }) {
  if (status === "queued" && position) return position === 1 ? "Next in the queue" : `Number ${number.format(position)} in the queue`;
  if (!progress || ends.includes(status)) return "";
  const parts = [stages[progress.stage] ?? progress.stage];
  if (progress.total) parts.push(`${number.format(progress.done)} of ${number.format(progress.total)} rows`);
  else if (progress.done) parts.push(`${number.format(progress.done)} rows`);
  if (progress.pages) parts.push(`${number.format(progress.pages)} pages`);
  if (progress.eta_ms > 0) parts.push(`about ${number.format(Math.ceil(progress.eta_ms / 1000))} s left`);
  return parts.join(" · ");
}

/** Shows a job, or an event of it: both have `status`, and the rest where it is known. */
function show(state) {
  const { status, progress, result, error } = state;
  const ended = ends.includes(status);
  if ($("job-status").textContent !== status) $("job-status").textContent = status;  // said aloud once
  $("job-status").className = `status ${status}`;
  const percent = status === "succeeded" ? 100 : progress?.percent;
  if (percent === undefined || percent === null) $("bar").removeAttribute("value");
  else $("bar").value = percent;
  $("bar").hidden = ended && status !== "succeeded";
  $("detail").textContent = result
    ? `${number.format(result.rows ?? 0)} rows · ${number.format(result.pages)} pages · ${number.format(result.bytes)} bytes`
    : describe(state);
  const link = result?.url ? new URL(result.url, location.href) : null;
  $("download").hidden = !link || !openable.has(link.protocol);
  if (!$("download").hidden) $("download").href = link.href;
  $("cancel").hidden = ended;
  $("cancel").disabled = status === "canceling";
  showProblem($("job-problem"), error);
}

function watch(job) {
  stream?.close();
  shown = job.id;
  $("job").hidden = false;
  $("job-title").textContent = job.title;
  show(job);
  if (ends.includes(job.status)) return;
  const source = stream = new EventSource(`/v1/jobs/${encodeURIComponent(job.id)}/events`);
  for (const name of events) source.addEventListener(name, ({ data }) => take(source, JSON.parse(data)));
  source.onerror = () => { if (source.readyState === EventSource.CLOSED) refresh(source, job.id); };
}

function take(source, event) {
  if (source !== stream) return;
  show(event);
  if (!ends.includes(event.status)) return;
  source.close();
  listRecent();
}

/** The stream is closed for good (the job has ended, or is gone): what is it now? */
async function refresh(source, id) {
  try {
    const job = await call(`/v1/jobs/${encodeURIComponent(id)}`);
    if (source !== stream) return;
    if (ends.includes(job.status)) show(job);
    else setTimeout(() => source === stream && watch(job), 2000);
  } catch (problem) {
    if (source === stream) showProblem($("job-problem"), problem);
  }
}

async function cancel() {
  try {
    show(await call(`/v1/jobs/${encodeURIComponent(shown)}/cancel`, { method: "POST" }));
  } catch (problem) {
    showProblem($("job-problem"), problem);
  }
}

// --- The list --------------------------------------------------------------------------------------

function recentItem(job) {
  const item = document.createElement("li");
  item.className = "row";
  const link = document.createElement("a");
  link.href = "#job";
  link.textContent = job.title || job.id;
  link.addEventListener("click", async () => {
    try {
      watch(await call(`/v1/jobs/${encodeURIComponent(job.id)}`));
    } catch (problem) {
      showProblem($("job-problem"), problem);
    }
  });
  const status = document.createElement("span");
  status.className = `status ${job.status}`;
  status.textContent = `${job.status} · ${new Date(job.created_at).toLocaleString()}`;
  item.append(link, status);
  return item;
}

async function listRecent() {
  try {
    const { data } = await call("/v1/jobs?limit=10");
    $("recent").replaceChildren(...data.map(recentItem));
    $("none").hidden = data.length > 0;
  } catch (problem) {
    $("none").hidden = false;
    $("none").textContent = problem.detail ?? "The list cannot be read now.";
  }
}

$("submit").addEventListener("submit", submit);
$("cancel").addEventListener("click", cancel);
$("file").addEventListener("change", () => choose($("file").files[0]));
for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  $("drop").addEventListener(name, (event) => {
    event.preventDefault();
    $("drop").classList.toggle("over", name === "dragenter" || name === "dragover");
    if (name !== "drop" || !event.dataTransfer.files.length) return;
    $("file").files = event.dataTransfer.files;
    choose($("file").files[0]);
  });
}
listRecent();
