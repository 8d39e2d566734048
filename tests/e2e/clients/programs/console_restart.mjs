// The page while the front end goes and comes back. What it sees it prints.
// Usage: console_restart.mjs SERVER JOB
import assert from "node:assert/strict";
import { inConsole } from "./console.mjs";

const [server, job] = process.argv.slice(2);

await inConsole(async (page) => {
  await page.goto(`${server}/#/jobs/${job}`);
  const bar = (value) => page.waitForFunction((wanted) => document.getElementById("bar")?.value === wanted, value);
  await bar(25);
  console.log("shown");
  await page.waitForSelector("#connection.away:not([hidden])");
  assert.match(await page.textContent("#connection"), /cannot be reached/);
  console.log("away");
  await page.waitForSelector("#connection.back");
  console.log("back");
  await bar(75);
  await page.click("#cancel");
  await page.waitForFunction(() => document.getElementById("job-status").textContent === "canceling");
  console.log("canceling");
}, /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/);
