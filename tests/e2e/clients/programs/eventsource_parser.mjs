// npm's `eventsource-parser` over Node's own fetch. Usage: eventsource_parser.mjs URL
import { setTimeout } from "node:timers/promises";
import { npm, print, printEnd } from "./modules.mjs";

const { createParser } = npm("eventsource-parser");
let last = null;
let retry = 1000;

/** Reads one connection to its end; the status. */
async function read(url) {
  const response = await fetch(url, { headers: last === null ? {} : { "Last-Event-ID": last } });
  if (response.status !== 200) return response.status;
  const parser = createParser({
    onEvent(event) {
      last = event.id ?? last;
      print(event);
    },
    onRetry(ms) { retry = ms; },
  });
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) parser.feed(text);
  return 200;
}

for (;;) {
  const status = await read(process.argv[2]).catch(() => 200);
  if (status !== 200) {
    printEnd(status);
    break;
  }
  await setTimeout(retry);
}
