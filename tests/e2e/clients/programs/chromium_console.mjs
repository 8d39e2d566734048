// The page at /: a file in, progress, a PDF out. Usage: chromium_console.mjs SERVER FILE TITLE PDF
import assert from "node:assert/strict";
import { inChromium } from "./chromium.mjs";

const [server, file, title, pdf] = process.argv.slice(2);
const errors = [];

await inChromium(async (page) => {
  await page.goto(`${server}/`);
  await page.click("button[type=submit]");
  assert.match(await page.textContent("#problem"), /Choose a file first/);

  await page.setInputFiles("#file", file);
  assert.notEqual(await page.inputValue("#title"), "");
  await page.fill("#title", title);
  await page.evaluate(() => {
    window.seen = { statuses: [], percents: [] };
    new MutationObserver(() => {
      const status = document.getElementById("job-status").textContent;
      if (window.seen.statuses.at(-1) !== status) window.seen.statuses.push(status);
      if (document.getElementById("bar").hasAttribute("value"))
        window.seen.percents.push(document.getElementById("bar").value);
    }).observe(document.getElementById("job"), { subtree: true, childList: true, attributes: true });
  });
  await page.click("button[type=submit]");
  await page.waitForSelector("#download:not([hidden])");

  const { statuses, percents } = await page.evaluate(() => window.seen);
  assert.equal(statuses.at(-1), "succeeded");
  assert.ok(statuses.includes("running"), statuses.join());
  assert.ok(percents.some((percent) => percent > 0 && percent < 100), `no progress was shown: ${percents}`);
  assert.deepEqual(percents, [...percents].sort((a, b) => a - b));

  // The title is text, wherever it stands.
  assert.equal(await page.textContent("#job-title"), title);
  await page.waitForFunction(() => document.querySelector("#recent a"));
  assert.equal(await page.textContent("#recent a"), title);
  assert.equal(await page.locator("main img").count(), 0);

  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#download")]);
  await download.saveAs(pdf);
}, errors);
assert.deepEqual(errors, []);
