// npm's modules, from the folder that install.sh filled (PLATEN_NPM), and how the programs here say what they see.
import dns from "node:dns";
import { createRequire } from "node:module";
import { join } from "node:path";

// The tests' servers listen on 127.0.0.1, whatever this machine takes `localhost` for, or whether it knows the name at all.
const { lookup } = dns;
dns.lookup = (host, ...rest) => lookup(host === "localhost" ? "127.0.0.1" : host, ...rest);

/** `require` of CommonJS, as seen from the folder of the modules. */
export const npm = createRequire(join(process.env.PLATEN_NPM, "package.json"));

/** The names of all events of a job's stream. */
export const names = ["queued", "delayed", "started", "progress", "retrying", "canceling", "succeeded", "failed",
                      "canceled", "expired", "reset"];

/** Prints an event as a line: id, name, data. */
export function print({ id, event, data }) {
  process.stdout.write(`${id} ${event} ${data}\n`);
}

/** Prints how the stream ended: with which status it was told not to come back. */
export function printEnd(status) {
  process.stdout.write(`stopped ${status}\n`);
}
