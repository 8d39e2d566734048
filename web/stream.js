// Events of jobs, as the server streams them.

import { suspect } from "./server.js";

export const ends = ["succeeded", "failed", "canceled", "expired"];
export const hasEnded = (status) => ends.includes(status);
const names = ["queued", "delayed", "started", "progress", "retrying", "canceling", "reset", "running", ...ends];

/**
 * Opens `path` and gives each event to `take(event, name)` until `signal` ends it or the server says that nothing more
 * comes. EventSource comes back by itself when the connection breaks; where it gives up, `lost()` is called.
 */
export function follow(path, { take, lost, signal }) {
  if (signal.aborted) return;
  const source = new EventSource(path);
  const close = () => source.close();
  signal.addEventListener("abort", close, { once: true });
  for (const name of names) {
    source.addEventListener(name, ({ data }) => {
      if (!signal.aborted) take(JSON.parse(data), name);
    });
  }
  source.addEventListener("end", close);
  source.onerror = () => {
    suspect();
    if (source.readyState !== EventSource.CLOSED) return;
    signal.removeEventListener("abort", close);
    if (!signal.aborted) lost?.();
  };
}

/** Calls `work` every so many milliseconds while the page is seen, until `signal`. What it throws is shown by no one. */
export function repeat(milliseconds, work, signal) {
  let is_running = false;
  const run = async () => {
    if (document.hidden || is_running || signal.aborted) return;
    is_running = true;
    await work().catch(() => {});
    is_running = false;
  };
  const timer = setInterval(run, milliseconds);
  document.addEventListener("visibilitychange", run, { signal });
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}
