// The one way to the server: calls, whether it can be reached, and who we are to it.

import { askForKey } from "./sign_in.js";

/**
 * Tells `away` when the server cannot be reached, `back` when it can again, `session` when it is known who asks, and
 * `notice`, whose detail is a text for whatever page is shown.
 */
export const server = new EventTarget();

let is_away = false;
let ahead = 0;  // how far the server's clock is before ours, milliseconds
let limits = null;  // of the key, where there is one
let scopes = null;  // null: there are no keys, or not yet known; everything may be tried
let signing_in = null;

const pause = (milliseconds) => new Promise((resume) => setTimeout(resume, milliseconds));
const tell = (name) => server.dispatchEvent(new Event(name));

export const notice = (text) => server.dispatchEvent(new CustomEvent("notice", { detail: text }));

/** Now, by the server's clock: ages must not depend on this machine's. */
export const now = () => Date.now() + ahead;

/** `submit`, `read` or `admin`: whether a call that needs it can work. */
export const may = (scope) => scopes === null || scopes.includes("admin") || scopes.includes(scope);

export const signedIn = () => scopes !== null;

/** `{submits, requests}`, each `{quota, window_seconds}` or null; null where nobody signed in. */
export const limitsOfKey = () => limits;

/** To be called when a stream or a call broke: finds out whether the server is there, and says so until it is. */
export async function suspect() {
  if (is_away) return;
  if (await isAlive()) return;
  if (is_away) return;
  is_away = true;
  tell("away");
  do await pause(1000); while (!(await isAlive()));
  is_away = false;
  tell("back");
}

const isAlive = () => fetch("/livez", { cache: "no-store" }).then((response) => response.ok, () => false);

function readClock(response) {
  const date = Date.parse(response.headers.get("Date") ?? "");
  if (!Number.isNaN(date) && Math.abs(date - Date.now()) > 2000) ahead = date - Date.now();
}

const problemOf = async (response) =>
  await response.json().catch(() => null) ?? { detail: `The server answered ${response.status}.`, status: response.status };

/**
 * The parsed answer, null where there is none. `json` becomes the body. Throws a problem document (RFC 9457) where it is
 * no success; `code` is "unreachable" where there was no answer. A 401 asks for a key and goes on with it.
 */
export async function call(path, { method = "GET", json, signal } = {}) {
  const options = { method, signal, cache: "no-store" };
  if (json !== undefined) Object.assign(options, { body: JSON.stringify(json), headers: { "Content-Type": "application/json" } });
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (signal?.aborted) throw error;
    suspect();
    throw { code: "unreachable", detail: "The server cannot be reached. Check the connection and try again." };
  }
  readClock(response);
  if (response.status === 401) {
    await signIn();
    return call(path, { method, json, signal });
  }
  if (!response.ok) throw await problemOf(response);
  return response.status === 204 ? null : response.json();
}

/** One form at a time, however many calls were refused. */
export function signIn() {
  signing_in ??= askForKey(async (key) => {
    const response = await fetch("/v1/session", { method: "POST", headers: { Authorization: `Bearer ${key}` } });
    if (!response.ok) throw await problemOf(response);
    learn(await response.json());
  }).finally(() => { signing_in = null; });
  return signing_in;
}

function learn(session) {
  scopes = session.key ? session.scopes ?? [] : null;
  limits = session.key ? session.limits ?? null : null;
  tell("session");
}

/** Who asks, where the server tells; before anything that may need a key. */
export async function beginSession() {
  try {
    learn(await call("/v1/session"));
  } catch {
    tell("session");  // it has no keys, or cannot be reached: the calls will tell
  }
}

export async function signOut() {
  await call("/v1/session", { method: "DELETE" });
  location.reload();
}

/** Does `work` on each with a few calls at a time; the problems of those that failed. */
export async function forEach(items, work, at_once = 4) {
  const problems = [];
  const rest = [...items];
  const run = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift())
      await work(item).catch((problem) => problems.push(problem));
  };
  await Promise.all(Array.from({ length: at_once }, run));
  return problems;
}
