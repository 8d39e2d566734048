// The queue's page: plots, workers, dead letters, webhooks. Usage: console_queue.mjs SERVER TARGET
import assert from "node:assert/strict";
import { ask, inConsole, looksGood, reach, submit } from "./console.mjs";

const [server, target] = process.argv.slice(2);
const failed = await submit(server, { title: "Broken", fails: true });
await reach(server, failed.id, "failed");
await ask(server, "/v1/webhooks", { url: target, description: "The <b>shop</b>" });

const secret = (page) => page.textContent("#webhooks .secret:not([hidden]) code");

/** Made, given a new secret and deleted, by clicks. */
async function webhookIsMade(page) {
  await page.click("#new-webhook summary");
  await page.click("#new-webhook [type=submit]");
  assert.match(await page.textContent("#new-webhook .problem"), /Give the URL/);
  await page.fill("#hook-url", "ftp://example.org");
  await page.click("#new-webhook [type=submit]");
  await page.waitForFunction(() => /url/.test(document.querySelector("#new-webhook .problem").textContent));
  await page.fill("#hook-url", `${target}/made`);
  await page.fill("#hook-tags", "team=finance, <b>=x");
  await page.click("#new-webhook [type=submit]");
  await page.waitForFunction(() => /tags/.test(document.querySelector("#new-webhook .problem").textContent));
  await page.fill("#hook-tags", "team=finance");
  await page.fill("#hook-description", "<img src=x>");
  await page.uncheck("#new-webhook [name=canceled]");
  await looksGood(page, "webhook-form");
  await page.click("#new-webhook [type=submit]");
  await page.waitForSelector("#webhooks .secret:not([hidden])");
  const first = await secret(page);
  assert.match(first, /^whsec_/);
  await looksGood(page, "webhook-secret");
  const made = (await ask(server, "/v1/webhooks")).data.find(({ url }) => url.endsWith("/made"));
  assert.deepEqual([made.events, made.tags, made.description], [["succeeded", "failed", "expired"], { team: "finance" }, "<img src=x>"]);

  const item = page.locator("#webhooks li", { hasText: "/made" });
  await item.getByText("New secret").click();
  await page.click("#ask-yes");
  await page.waitForFunction((before) => document.querySelector("#webhooks .secret:not([hidden]) code").textContent !== before, first);
  assert.match(await secret(page), /^whsec_/);
  await item.getByText("Delete", { exact: true }).click();
  await page.click("#ask-yes");
  await item.waitFor({ state: "detached" });
  assert.equal((await ask(server, "/v1/webhooks")).data.length, 1);
}

await inConsole(async (page) => {
  await page.goto(`${server}/`);
  await page.click("nav >> text=Queue");
  await page.waitForSelector("#plots figure");
  assert.equal(await page.locator("#plots figure").count(), 4);
  await page.waitForFunction(() => document.querySelectorAll("#workers tbody tr").length === 1);
  await page.waitForFunction(() => document.querySelector("#plots path.normal").getAttribute("d").includes("L"));
  assert.match(await page.textContent("#limits"), /nobody has started0 of 250,000/);
  assert.match(await page.textContent("#dead-letters"), /Row 1 .*column 'a'/);

  const hooks = page.locator("#webhooks");
  await hooks.getByText("Deliveries").click();
  await hooks.getByText("Send a test").click();
  await page.waitForSelector("#webhooks .status.succeeded >> text=succeeded");
  await looksGood(page, "queue");
  await hooks.getByRole("button", { name: /again/ }).click();
  await page.waitForFunction(async () => {
    const [hook] = (await (await fetch("/v1/webhooks")).json()).data;
    const { data } = await (await fetch(`/v1/webhooks/${hook.id}/deliveries`)).json();
    return data[0].attempts.length === 2 || data.length === 2;
  });

  await webhookIsMade(page);

  await page.click("#dead-letters tbody button");
  while ((await reach(server, failed.id, "failed")).seq <= 4) await page.waitForTimeout(50);
  await page.waitForSelector("#redrive-all:not([hidden])");
}, / 400 .*\/v1\/webhooks$/);  // the form shows what is wrong with it
