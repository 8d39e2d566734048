// A file becomes a report: columns changed by clicks, progress, preview, PDF; the same with curl; and one that fails.
// Usage: console_report.mjs SERVER FOLDER TITLE. The folder has orders.csv, hostile.csv and broken.csv; orders.pdf and curl.sh come.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { inConsole, looksGood } from "./console.mjs";

const [server, folder, title] = process.argv.slice(2);

const statuses = () => {
  window.seen = { statuses: [], percents: [] };
  new MutationObserver(() => {
    const status = document.getElementById("job-status")?.textContent;
    if (status && window.seen.statuses.at(-1) !== status) window.seen.statuses.push(status);
    const bar = document.getElementById("bar");
    if (bar?.hasAttribute("value")) window.seen.percents.push(bar.value);
  }).observe(document.getElementById("made"), { subtree: true, childList: true, attributes: true });
};

await inConsole(async (page) => {
  await page.goto(`${server}/`);
  await page.click("#make");
  assert.match(await page.textContent("#problem"), /Choose a file first/);

  await page.setInputFiles("#file", `${folder}/orders.csv`);
  await page.waitForSelector("#columns table");
  assert.equal(await page.inputValue("#title"), "orders");
  assert.match(await page.textContent("[aria-label='Format of order_id'] option:checked"), /detected: integer/);
  assert.match(await page.textContent("[aria-label='Format of total'] option:checked"), /detected: decimal/);

  await page.fill("#title", title);
  await page.fill("[aria-label='Label of order_id']", "Order <i>number</i>");
  await page.selectOption("[aria-label='Total of total']", "sum");
  await page.selectOption("[aria-label='Format of total']", "currency");
  await page.fill("[aria-label='Currency of total']", "CHF");
  await page.selectOption("#chart", "bar");
  await page.click("#make");
  assert.match(await page.textContent("#problem"), /Choose the column along which/);
  await page.selectOption("#chart", "");
  assert.match(await page.textContent(".preview thead"), /Order <i>number<\/i>/);
  await page.click("summary");
  await looksGood(page, "home");
  writeFileSync(`${folder}/curl.sh`, await page.textContent("#curl"));

  await page.evaluate(statuses);
  await page.press("#title", "Enter");
  await page.waitForSelector("#download:not([hidden])");
  const { statuses: seen, percents } = await page.evaluate(() => window.seen);
  assert.equal(seen.at(-1), "succeeded");
  assert.ok(seen.includes("running"), seen.join());
  assert.ok(percents.some((percent) => percent > 0 && percent < 100), `no progress was shown: ${percents}`);
  assert.deepEqual(percents, [...percents].sort((a, b) => a - b));
  assert.match(await page.textContent("#detail"), /rows · .*pages/);

  // The title is text, wherever it stands.
  assert.equal(await page.textContent("#job-title"), title);
  await page.waitForFunction(() => document.querySelector("#recent a"));
  assert.equal(await page.textContent("#recent a"), title);
  assert.equal(await page.locator("main img, main i").count(), 0);

  if (await page.evaluate(() => navigator.pdfViewerEnabled)) {
    const frame = await (await page.waitForSelector("iframe.pdf")).contentFrame();
    await page.waitForFunction(() => document.querySelector("iframe.pdf"));
    assert.match(frame.url(), /\/d\/job_.*disposition=inline/);
  }
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#download")]);
  await download.saveAs(`${folder}/orders.pdf`);

  await page.setInputFiles("#file", `${folder}/hostile.csv`);
  await page.waitForFunction(() => document.querySelectorAll(".columns tbody tr").length === 3);
  assert.equal(await page.locator("main img, main b").count(), 0);
  await looksGood(page, "hostile");

  await page.setInputFiles("#file", `${folder}/broken.csv`);
  await page.waitForSelector("[aria-label='Format of amount']");
  await page.selectOption("[aria-label='Format of amount']", "integer");
  await page.click("#make");
  await page.waitForSelector("#job-problem:not([hidden])");
  assert.match(await page.textContent("#job-problem"), /Row 2 .*column 'amount'.*'two'/);
  await looksGood(page, "failed");
});
