// The queue's page: plots, workers, dead letters, webhooks. Usage: console_queue.mjs SERVER TARGET
import assert from "node:assert/strict";
import { ask, inConsole, looksGood, reach, submit } from "./console.mjs";

const [server, target] = process.argv.slice(2);
const failed = await submit(server, { title: "Broken", fails: true });
await reach(server, failed.id, "failed");
await ask(server, "/v1/webhooks", { url: target, description: "The <b>shop</b>" });

await inConsole(async (page) => {
  await page.goto(`${server}/`);
  await page.click("nav >> text=Queue");
  await page.waitForSelector("#plots figure");
  assert.equal(await page.locator("#plots figure").count(), 4);
  await page.waitForFunction(() => document.querySelectorAll("#workers tbody tr").length === 1);
  await page.waitForFunction(() => document.querySelector("#plots path.normal").getAttribute("d").includes("L"));
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

  await page.click("#dead-letters tbody button");
  while ((await reach(server, failed.id, "failed")).seq <= 4) await page.waitForTimeout(50);
  await page.waitForSelector("#redrive-all:not([hidden])");
});
