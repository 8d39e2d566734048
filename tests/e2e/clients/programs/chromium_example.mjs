// examples/clients/eventsource.html, on another origin than the server's. Usage: chromium_example.mjs HTML EVENTS PORT
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { inChromium, withPageAt } from "./chromium.mjs";

const [html, events, port] = process.argv.slice(2);
const errors = [];

await inChromium((page) => withPageAt(port, async (pageUrl) => {
  await page.goto(`${pageUrl}?events=${encodeURIComponent(events)}`);
  await page.waitForSelector("#link:not([hidden])");
  assert.equal(await page.textContent("#status"), "succeeded");
  assert.equal(await page.evaluate(() => document.getElementById("bar").value), 100);
  const pdf = await fetch(await page.evaluate(() => document.getElementById("link").href));
  assert.match(await pdf.text(), /^%PDF-/);
}, readFileSync(html)), errors);
assert.deepEqual(errors, []);
