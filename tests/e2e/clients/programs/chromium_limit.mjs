// Six connections to a server are all that a browser has over HTTP/1.1. Usage: chromium_limit.mjs SERVER JOB…
import assert from "node:assert/strict";
import { inChromium } from "./chromium.mjs";

const [server, ...jobs] = process.argv.slice(2);
assert.equal(jobs.length, 7);

await inChromium(async (page) => {
  await page.goto(`${server}/`);
  await page.evaluate((ids) => {
    window.heard = [];
    window.sources = ids.map((id) => {
      const source = new EventSource(`/v1/jobs/${id}/events`);
      source.addEventListener("delayed", () => window.heard.push(id));
      return source;
    });
  }, jobs);
  await page.waitForFunction(() => window.heard.length === 6);
  // Somebody else hears the seventh job at once: it is the browser that waits.
  const other = await fetch(`${server}/v1/jobs/${jobs[6]}/events`);
  const reader = other.body.getReader();
  assert.ok((await reader.read()).value.length > 0);
  await reader.cancel();
  assert.deepEqual(await page.evaluate(() => window.sources.map(({ readyState }) => readyState)), [1, 1, 1, 1, 1, 1, 0]);
  await page.evaluate(() => window.sources[0].close());
  await page.waitForFunction(() => window.heard.length === 7);

  // One stream of them all leaves room for everything else.
  await page.evaluate((ids) => {
    for (const source of window.sources) source.close();
    window.together = new Set();
    new EventSource(`/v1/events?jobs=${ids}`)
      .addEventListener("delayed", ({ data }) => window.together.add(JSON.parse(data).job));
  }, jobs.join(","));
  await page.waitForFunction(() => window.together.size === 7);
  assert.equal(await page.evaluate(async () => (await fetch("/livez")).status), 200);
});
