// The list of jobs and a job's page: live, filtered, searched, paged, in bulk. Usage: console_jobs.mjs SERVER
import assert from "node:assert/strict";
import { ask, hostile, inConsole, looksGood, reach, submit } from "./console.mjs";

const [server] = process.argv.slice(2);
const rows = ".jobs tbody tr";

for (let sent = 0; sent < 220; sent += 20) {
  await Promise.all(Array.from({ length: 20 }, (_, index) =>
    submit(server, { title: `Later ${sent + index}`, delay_seconds: 3600, tags: { part: `p${(sent + index) % 10}` } })));
}
const failed = [await submit(server, { title: "Broken one", fails: true }), await submit(server, { title: "Broken two", fails: true })];
for (const { id } of failed) await reach(server, id, "failed");
const named = await submit(server, { title: hostile, delay_seconds: 3600, tags: { [`${"x".repeat(60)}`]: "\u202e<b>" } });
await submit(server, { title: "W".repeat(300), delay_seconds: 3600 });

const agree = async (page) => page.click("#ask-yes");
const summary = (page, pattern) => page.waitForFunction((text) => new RegExp(text).test(document.getElementById("summary").textContent), pattern);

async function listIsPagedAndSearched(page) {
  await page.goto(`${server}/#/jobs`);
  await summary(page, "page 1 of 4$|page 1 of 4 ");
  assert.equal(await page.locator(rows).count(), 50);
  await page.click("#more");
  await summary(page, "^224 jobs · page 1 of 5$");
  assert.equal(await page.isVisible("#more"), false);
  await page.click("#older");
  await summary(page, "page 2 of 5");
  assert.equal(await page.locator(rows).count(), 50);
  await page.fill("#search", "PART=p3");
  await summary(page, "^22 jobs found in 224 loaded$");
  assert.match(page.url(), /#\/jobs\?search=PART%3Dp3$/);
}

async function hostileNamesAreText(page) {
  await page.fill("#search", named.id);
  await summary(page, "^1 job found");
  assert.equal(await page.textContent(`${rows} a`), hostile);
  assert.equal(await page.locator("main img, main b").count(), 0);
  await page.fill("#search", "");
  await page.evaluate(() => scrollTo(0, 0));
  await looksGood(page, "jobs");
  await page.goto(`${server}/#/jobs/${named.id}`);
  await page.waitForSelector("#timeline svg");
  assert.equal(await page.textContent("h1"), hostile);
  await looksGood(page, "job-delayed");
}

async function manyAreCanceledAndDeleted(page) {
  await page.goto(`${server}/#/jobs?search=part%3Dp4`);
  await page.click("#more");
  await summary(page, "^22 jobs found in \\d+ loaded$");
  await page.check("[aria-label='Select all on this page']");
  assert.equal(await page.isVisible("#bulk button:has-text('Run again')"), false);
  await page.click("#bulk button:has-text('Cancel (22)')");
  await page.waitForFunction(() => document.querySelectorAll(".jobs tbody .status.canceled").length === 22);
  await page.check("[aria-label='Select all on this page']");
  assert.equal(await page.isVisible("#bulk button:has-text('Run again (22)')"), true);
  await page.click("#bulk button:has-text('Delete (22)')");
  await agree(page);
  await summary(page, "^0 jobs found");
}

async function filterIsInTheAddress(page) {
  await page.goto(`${server}/#/jobs`);
  await page.waitForSelector(rows);
  await page.selectOption("#state", "failed");
  await summary(page, "^2 jobs");
  assert.match(page.url(), /#\/jobs\?status=failed$/);
  await page.check("[aria-label='Select all on this page']");
  await page.click("#bulk button:has-text('Run again (2)')");
  for (const { id } of failed)  // they fail again, as they must
    while ((await reach(server, id, "failed")).seq <= 4) await new Promise((resume) => setTimeout(resume, 50));
  await page.goBack();
  await page.waitForFunction(() => document.getElementById("state")?.value === "");
  await page.goForward();
  await page.waitForFunction(() => document.getElementById("state")?.value === "failed");
}

async function failedJobTellsWhy(page) {
  await page.goto(`${server}/#/jobs/${failed[0].id}`);
  await page.waitForSelector("#attempts:not([hidden])");
  assert.match(await page.textContent("#attempts"), /Row 1 .*column 'a'.*'xyz'/);
  assert.ok(await page.locator("#timeline rect").count() > 0);
  assert.equal(await page.isVisible("#again"), true);
  assert.equal(await page.isVisible("#cancel"), false);
  await looksGood(page, "job-failed");
  await page.click("#delete");
  await agree(page);
  await page.waitForFunction(() => location.hash === "#/jobs");
  assert.equal((await fetch(`${server}/v1/jobs/${failed[0].id}`)).status, 404);
}

async function newJobsComeByThemselves(page) {
  await page.goto(`${server}/#/jobs`);
  await page.waitForSelector(rows);
  const { id } = await submit(server, { title: "Just now" });
  await page.waitForFunction((job) =>
    document.querySelector(`.jobs a[href$="${job}"]`)?.closest("tr").querySelector(".status.succeeded"), id);
  await page.click(`.jobs a[href$="${id}"]`);
  await page.waitForSelector("#download:not([hidden])");
  await page.waitForSelector("#timeline rect");
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1");
  assert.match(await page.textContent("#request pre"), /"title": "Just now"[^]*"priority": "normal"/);
  assert.match(await page.textContent("#request"), /Not shown: the rows/);
  const about = await page.textContent(".facts");
  assert.ok(about.includes((await ask(server, `/v1/jobs/${id}`)).request_id), about);
  assert.match(about, /Priority\s*normal/);
  await looksGood(page, "job-succeeded");

  await page.click("#again");
  await page.waitForFunction((job) => /^#\/jobs\/job_/.test(location.hash) && !location.hash.endsWith(job), id);
  await page.waitForSelector("#download:not([hidden])");
  assert.equal(await page.textContent("h1"), "Just now");
}

/** A job that succeeded and one that was canceled become new ones; of what is not kept the page says so. */
async function manyAreRunAgain(page) {
  const tags = { batch: "again" };
  const done = await submit(server, { title: "Done", tags });
  await reach(server, done.id, "succeeded");
  const canceled = await submit(server, { title: "Canceled", tags, delay_seconds: 3600 });
  await ask(server, `/v1/jobs/${canceled.id}/cancel`, {});
  const secret = await ask(server, "/v1/jobs", { report: { title: "Secret", document: { password: "hunter2" } }, data: { rows: [{ a: 1 }] }, options: { tags } });
  await reach(server, secret.id, "succeeded");
  await page.goto(`${server}/#/jobs?search=batch%3Dagain`);
  await summary(page, "^3 jobs found");
  await page.check("[aria-label='Select all on this page']");
  await page.click("#bulk button:has-text('Run again (3)')");
  await summary(page, "^5 jobs found");
  assert.match(await page.textContent("#bulk .problem"), /^1 call of 3 did not work/);
  const { data } = await ask(server, "/v1/jobs?limit=2");
  assert.deepEqual(new Set(data.map(({ title }) => title)), new Set(["Done", "Canceled"]));
  for (const { id } of data) await reach(server, id, "succeeded");  // a delay was the old one's
}

async function whatIsNotKeptIsNotRunAgain(page) {
  const { id } = await ask(server, "/v1/jobs", { report: { title: "Secret", document: { password: "hunter2" } }, data: { rows: [{ a: hostile }] } });
  await reach(server, id, "succeeded");
  await page.goto(`${server}/#/jobs/${id}`);
  await page.waitForSelector("#not-again");
  assert.match(await page.textContent("#request"), /Not shown: the rows, the password/);
  assert.equal((await page.textContent("main")).includes("hunter2"), false);
  assert.equal(await page.isVisible("#again"), false);
  await looksGood(page, "job-not-kept");
}

await inConsole(async (page) => {
  await listIsPagedAndSearched(page);
  await hostileNamesAreText(page);
  await manyAreCanceledAndDeleted(page);
  await filterIsInTheAddress(page);
  await failedJobTellsWhy(page);
  await newJobsComeByThemselves(page);
  await whatIsNotKeptIsNotRunAgain(page);
  await manyAreRunAgain(page);
  assert.equal((await ask(server, "/v1/dead-letters")).data.length, 1);
}, /chrome:\/\/| 410 .*\/rerun$/);  // the PDF viewer, which asks for the password; what is not kept
