// npm's `@microsoft/fetch-event-source`, which is written for browsers. Usage: fetch_event_source.mjs URL
import { npm, print, printEnd } from "./modules.mjs";

globalThis.window = globalThis;
globalThis.document = { hidden: false, addEventListener() {}, removeEventListener() {} };
const { fetchEventSource } = npm("@microsoft/fetch-event-source");

class Stopped extends Error {}

await fetchEventSource(process.argv[2], {
  async onopen({ status }) {
    if (status === 200) return;
    printEnd(status);
    throw new Stopped();
  },
  // It takes the empty line after `retry` for an event.
  onmessage(message) { if (message.id) print(message); },
  // It takes any end of a stream for the last one unless told otherwise.
  onclose() { throw new Error("closed"); },
  onerror(error) { if (error instanceof Stopped) throw error; },
}).catch((error) => { if (!(error instanceof Stopped)) throw error; });
