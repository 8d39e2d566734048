// Follows a report with Node 18 or later and no module: each event as a line, "ID NAME DATA", over broken connections,
// until the report has ended.
// Usage: node watch.mjs http://127.0.0.1:8080/v1/jobs/job_0…/events
import { setTimeout } from "node:timers/promises";

/** Yields the whole lines of a response. */
async function* lines(response) {
  let rest = "";
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop();
    yield* parts;
  }
}

/** Yields { id, event, data } for each event, once. */
export async function* events(url) {
  let last = null;
  let retry = 2000;
  for (;; await setTimeout(retry)) {
    try {
      const response = await fetch(url, { headers: last === null ? {} : { "Last-Event-ID": last } });
      if (response.status === 204) return;  // there is nothing more to come
      if (response.status >= 400 && response.status < 500) throw new RangeError(`${url} answers ${response.status}`);
      let event = {};
      for await (const line of lines(response)) {
        const colon = line.indexOf(": ");
        const [name, value] = [line.slice(0, colon), line.slice(colon + 2)];
        if (name === "retry") retry = Number(value);
        else if (line !== "") event[name] = value;
        else {
          if (event.data !== undefined) {
            last = event.id ?? last;
            yield event;
          }
          event = {};
        }
      }
    } catch (error) {
      if (error instanceof RangeError) throw error;  // all else: the connection broke
    }
  }
}

for await (const { id, event, data } of events(process.argv[2])) console.log(id ?? "-", event, data);
