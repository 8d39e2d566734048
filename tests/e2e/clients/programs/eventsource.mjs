// npm's `eventsource`. Usage: eventsource.mjs URL
import { names, npm, print, printEnd } from "./modules.mjs";

const { EventSource } = npm("eventsource");
const source = new EventSource(process.argv[2]);
for (const event of names)
  source.addEventListener(event, ({ lastEventId, data }) => print({ id: lastEventId, event, data }));
source.addEventListener("error", ({ code }) => {
  if (source.readyState === EventSource.CLOSED) printEnd(code);
});
