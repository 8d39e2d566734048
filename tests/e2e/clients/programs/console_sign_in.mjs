// Where the server wants a key: the form, a wrong key, a right one that may only read. The server's part is played here.
// Usage: console_sign_in.mjs SERVER
import assert from "node:assert/strict";
import { inConsole, looksGood } from "./console.mjs";

const [server] = process.argv.slice(2);
let is_signed_in = false;

async function answer(route) {
  const request = route.request();
  const session = { tenant: "default", key: "9f2c", scopes: ["read"], expires_at: null,
    limits: { submits: { quota: 100, window_seconds: 60 }, requests: null } };
  const json = (status, body) => route.fulfill({ status, contentType: "application/json", body: JSON.stringify(body) });
  if (request.method() === "POST") is_signed_in = request.headers().authorization === "Bearer plk_right";
  return is_signed_in ? json(200, session) : json(401, { detail: "This key does not work." });
}

await inConsole(async (page) => {
  await page.route("**/v1/session", answer);
  await page.goto(`${server}/#/jobs`);
  await page.waitForSelector("#sign-in[open]");
  await looksGood(page, "sign-in");
  await page.keyboard.press("Escape");
  assert.equal(await page.isVisible("#sign-in"), true);
  await page.fill("#key", "plk_wrong");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#sign-in-problem:not([hidden])");
  assert.match(await page.textContent("#sign-in-problem"), /does not work/);
  await page.fill("#key", "plk_right");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#summary");
  assert.equal(await page.isVisible("#sign-in"), false);
  assert.equal(await page.isVisible("#sign-out"), true);
  await page.click("nav >> text=New report");
  await page.waitForSelector("text=may not submit");
  assert.equal(await page.locator("#make").count(), 0);
  await page.click("nav >> text=Queue");
  await page.waitForFunction(() => /nobody has started0 of 250,000.*Stored[^]*no limit.*Submits with your key100 jobs in 1 min.*no limit/
    .test(document.getElementById("limits").textContent));
  assert.equal(await page.isVisible("#webhooks"), false);
  await looksGood(page, "limits");
});
