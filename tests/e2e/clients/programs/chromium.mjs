// Debian's Chromium with an empty profile, driven by playwright-core.
import { createServer } from "node:http";
import { npm } from "./modules.mjs";

const { chromium } = npm("playwright-core");

/** Runs `work(page)` in a new browser. What its console calls an error is added to `errors`, with the URL. */
export async function inChromium(work, errors = []) {
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync"],
  });
  try {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, acceptDownloads: true });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => { if (message.type() === "error") errors.push(`${message.text()} ${message.location().url}`); });
    page.on("dialog", (dialog) => { errors.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
    return await work(page);
  } finally {
    await browser.close();
  }
}

/** A page at http://localhost:PORT/, for as long as `work(url)` runs. */
export async function withPageAt(port, work, html = "<!doctype html><title>Another origin</title>") {
  const server = createServer((request, response) => {
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(html);
  });
  await new Promise((listening) => server.listen(Number(port), "127.0.0.1", listening));
  try {
    return await work(`http://localhost:${port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
