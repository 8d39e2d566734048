// Chromium's own WebSocket on a job's path, on a page of another origin, which resumes as browsers can: by a parameter.
// Usage: chromium_ws.mjs URL PORT
import { inChromium, withPageAt } from "./chromium.mjs";
import { print, printEnd } from "./modules.mjs";

const [url, port] = process.argv.slice(2);

await inChromium((page) => withPageAt(port, async (pageUrl) => {
  await page.exposeFunction("print", print);
  const stopped = new Promise((resolve) => page.exposeFunction("stopped", resolve));
  await page.goto(pageUrl);
  await page.evaluate((stream) => {
    const nothingMore = 1000;
    const comeBackAfterMs = 40;
    let last;
    let printed = Promise.resolve();  // in their order
    const connect = () => {
      const socket = new WebSocket(stream + (last ? `?last_event_id=${last}` : ""));
      socket.onmessage = ({ data: text }) => {
        const { id, event } = JSON.parse(text);
        last = id ?? last;
        // As it was written: JSON.stringify would make 24 of 24.0.
        const data = text.slice(text.indexOf('"data":') + '"data":'.length, -1);
        printed = printed.then(() => window.print({ id, event, data }));
      };
      socket.onclose = ({ code }) =>
        code === nothingMore ? printed.then(() => window.stopped(code)) : setTimeout(connect, comeBackAfterMs);
    };
    connect();
  }, url.replace(/^http/, "ws"));
  printEnd(await stopped);
}));
