// Chromium's own EventSource. Usage: chromium_stream.mjs URL [PORT]
// The page is of the stream's own origin, or with PORT another one's (http://localhost:PORT), with credentials.
import { inChromium, withPageAt } from "./chromium.mjs";
import { names, print, printEnd } from "./modules.mjs";

const [url, port] = process.argv.slice(2);

async function watch(page, pageUrl) {
  let status = 0;
  page.on("response", (response) => { if (response.url() === url) status = response.status(); });
  await page.exposeFunction("print", print);
  const stopped = new Promise((resolve) => page.exposeFunction("stopped", resolve));
  await page.goto(pageUrl);
  await page.evaluate(([stream, withCredentials, events]) => {
    const source = new EventSource(stream, { withCredentials });
    for (const event of events)
      source.addEventListener(event, ({ lastEventId, data }) => window.print({ id: lastEventId, event, data }));
    source.onerror = () => { if (source.readyState === EventSource.CLOSED) window.stopped(); };
  }, [url, port !== undefined, names]);
  await stopped;
  printEnd(status);
}

await inChromium((page) => port === undefined ? watch(page, new URL("/", url).href)
                                              : withPageAt(port, (pageUrl) => watch(page, pageUrl)));
