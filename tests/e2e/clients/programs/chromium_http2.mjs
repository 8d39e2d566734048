// Over HTTP/2 streams share a connection, so there is no limit of six. Usage: chromium_http2.mjs SERVER JOB…
import assert from "node:assert/strict";
import { inChromium } from "./chromium.mjs";

const [server, ...jobs] = process.argv.slice(2);

await inChromium(async (page) => {
  await page.goto(`${server}/`);
  await page.evaluate((ids) => {
    window.heard = new Set();
    for (const id of ids)
      new EventSource(`/v1/jobs/${id}/events`).addEventListener("delayed", () => window.heard.add(id));
  }, jobs);
  await page.waitForFunction((count) => window.heard.size === count, jobs.length);
  const protocol = await page.evaluate(async () => {
    await (await fetch("/livez")).text();
    return performance.getEntriesByType("resource").find(({ name }) => name.endsWith("/livez")).nextHopProtocol;
  });
  assert.equal(protocol, "h2");
});
