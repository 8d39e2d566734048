// The console in Chromium: what its tests share.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { inChromium } from "./chromium.mjs";
import { npm } from "./modules.mjs";

const axe = readFileSync(npm.resolve("axe-core/axe.min.js"), "utf8");
const screenshots = process.env.PLATEN_SCREENSHOTS;  // a folder, for those who want to see them
const looks = [["light", 1280], ["dark", 390], ...(screenshots ? [["dark", 1280], ["light", 390]] : [])];

export const hostile = "<img src=x onerror=alert(1)> & \u202egnp.exe <b>bold</b>";

/** Runs `work(page)`; afterwards nothing but what `expected` matches may have been an error. */
export async function inConsole(work, expected = /^$/) {
  const errors = [];
  await inChromium(work, errors);
  // Who asks is answered 401 where there are keys and nobody signed in, which Chromium's console calls an error.
  assert.deepEqual(errors.filter((error) => !/\/v1\/session$/.test(error) && !expected.test(error)), []);
}

/** In both themes and at both widths: axe-core finds nothing, and nothing sticks out of the window. */
export async function looksGood(page, name) {
  for (const [colorScheme, width] of looks) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
    const found = await page.evaluate(async () => (await window.axe.run(document, { iframes: false })).violations
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`));
    assert.deepEqual(found, [], `${name}, ${colorScheme}, ${width} px`);
    const sticks_out = await page.evaluate(() => (document.documentElement.scrollWidth <= innerWidth ? []
      : [...document.querySelectorAll("main *")].filter((element) => element.getBoundingClientRect().right > innerWidth)
        .map((element) => element.outerHTML.slice(0, 200))));
    assert.deepEqual(sticks_out, [], `${name} is too wide at ${width} px`);
    assert.doesNotMatch(await page.textContent("main"), /\[object |undefined/, name);
    if (screenshots) await page.screenshot({ path: `${screenshots}/${name}-${colorScheme}-${width}.png`, fullPage: true });
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1280, height: 900 });
}

/** The answer of the API, as JSON. */
export async function ask(server, path, json, method = "POST") {
  const options = json === undefined ? {} : { method, body: JSON.stringify(json), headers: { "Content-Type": "application/json" } };
  const response = await fetch(server + path, options);
  assert.ok(response.ok, `${path}: ${response.status}`);
  return response.json();
}

/** Submits a report of one row. One whose `fails` ends as a dead letter. */
export const submit = (server, { title, fails = false, ...options }) => ask(server, "/v1/jobs", {
  report: { title, ...(fails ? { sections: [{ type: "table", columns: [{ field: "a", format: "integer" }] }] } : {}) },
  data: { rows: [{ a: fails ? "xyz" : 1 }] }, options });

/** Waits until the API shows the job in that state. */
export async function reach(server, id, status) {
  for (;;) {
    const job = await ask(server, `/v1/jobs/${id}`);
    if (job.status === status) return job;
    await new Promise((resume) => setTimeout(resume, 50));
  }
}
