// What a page of another origin may do. Usage: chromium_cors.mjs SERVER PORT allowed|refused
import assert from "node:assert/strict";
import { inChromium, withPageAt } from "./chromium.mjs";

const [server, port, expected] = process.argv.slice(2);

/** Submits with a header that needs a preflight, and reads what only exposed headers tell. */
const submit = async (base) => {
  const response = await fetch(`${base}/v1/jobs`, {
    method: "POST", credentials: "include",
    headers: { "Content-Type": "application/json", "Idempotency-Key": "one" },
    body: JSON.stringify({ report: { title: "x" }, data: { rows: [{ a: 1 }] }, options: { delay_seconds: 600 } }),
  });
  const missing = await fetch(`${base}/v1/jobs/job_none`, { credentials: "include" });
  return { status: response.status, location: response.headers.get("Location"),
           retry: response.headers.get("Retry-After"), missing: missing.status,
           requestId: missing.headers.get("X-Request-Id") };
};

/** Whether an EventSource opens, and if not that it is closed for good. */
const open = ([base, path]) => new Promise((resolve) => {
  const source = new EventSource(base + path, { withCredentials: true });
  source.onopen = () => { source.close(); resolve("open"); };
  source.onerror = () => { if (source.readyState === EventSource.CLOSED) resolve("closed"); };
});

await inChromium((page) => withPageAt(port, async (pageUrl) => {
  await page.goto(pageUrl);
  if (expected === "refused") {
    assert.equal(await page.evaluate(submit, server).catch((error) => String(error).includes("Failed to fetch")), true);
    assert.equal(await page.evaluate(open, [server, "/v1/events?jobs=job_none"]), "closed");
    return;
  }
  const answer = await page.evaluate(submit, server);
  assert.equal(answer.status, 202);
  assert.match(answer.location, /^\/v1\/jobs\/job_/);
  assert.equal(answer.retry, "1");
  assert.equal(answer.missing, 404);
  assert.ok(answer.requestId);
  assert.equal(await page.evaluate(open, [server, `${answer.location}/events`]), "open");
}));
