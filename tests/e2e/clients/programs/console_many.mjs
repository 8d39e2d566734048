// The list with 5,000 jobs: whatever is done with it, the page makes no more than the rows that it shows.
// Usage: console_many.mjs SERVER. Prints the longest task of each step, for people.
import assert from "node:assert/strict";
import { inConsole, submit } from "./console.mjs";

const [server] = process.argv.slice(2);
const many = 5000;
const at_once = 25;
const rows_a_page = 50;

for (let sent = 0; sent < many; sent += at_once)
  await Promise.all(Array.from({ length: at_once }, (_, index) =>
    submit(server, { title: `Report ${sent + index}`, delay_seconds: 86400, tags: { part: `p${(sent + index) % 100}` } })));

const summary = (page, pattern) => page.waitForFunction((text) => new RegExp(text).test(document.getElementById("summary").textContent), pattern);

/** Counts what the page makes, and how long it is busy at a stretch. */
const watchPage = () => {
  window.made = 0;
  window.longest = 0;
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) window.made += [...addedNodes].filter(({ nodeName }) => nodeName === "TR").length;
  }).observe(document.body, { childList: true, subtree: true });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
  }).observe({ type: "longtask" });
};

/** Does `step`, after which the page may have made `most` rows, and shows no more than a page of them. */
async function bounded(page, name, most, step) {
  await page.evaluate(() => { window.made = 0; window.longest = 0; });
  await step();
  const { made, shown, nodes, longest } = await page.evaluate(() => ({ made: window.made, longest: Math.round(window.longest),
    shown: document.querySelectorAll(".jobs tbody tr").length, nodes: document.querySelectorAll("*").length }));
  process.stdout.write(`${name}: ${made} rows made, ${nodes} elements, longest task ${longest} ms\n`);
  assert.ok(made <= most, `${name} makes ${made} rows`);
  assert.ok(shown <= rows_a_page, `${name} shows ${shown} rows`);
  assert.ok(nodes < 40 * rows_a_page, `${name} leaves ${nodes} elements`);
}

await inConsole(async (page) => {
  await page.goto(`${server}/#/jobs`);
  await summary(page, "more to load");
  await page.evaluate(watchPage);
  await bounded(page, "loading 5,000", rows_a_page, async () => {
    for (let loaded = 200; loaded < many; loaded += 200) {
      await page.click("#more");
      await summary(page, `^${(loaded + 200).toLocaleString("en")} jobs`);
    }
  });
  await summary(page, "^5,000 jobs · page 1 of 100$");
  const letters = "part=p42";
  for (let typed = 1; typed <= letters.length; ++typed)
    await bounded(page, `searching ${letters.slice(0, typed)}`, rows_a_page, () => page.locator("#search").press(letters[typed - 1]));
  await summary(page, "^50 jobs found in 5,000 loaded$");
  await bounded(page, "clearing the search", rows_a_page, () => page.fill("#search", ""));
  await bounded(page, "turning ten pages", 10 * rows_a_page, async () => {
    for (let turned = 0; turned < 10; ++turned) await page.click("#older");
  });
  await summary(page, "page 11 of 100");
  await bounded(page, "selecting a page", 0, () => page.check("[aria-label='Select all on this page']"));
  // Another look at the head of the list, and a new job there.
  await bounded(page, "a new job", rows_a_page, async () => {
    await submit(server, { title: "One more", delay_seconds: 86400 });
    await summary(page, "^5,001 jobs");
  });
});
