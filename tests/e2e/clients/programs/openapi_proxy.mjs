// The API as docs/openapi.json describes it: every call here goes through Prism's validating proxy, which answers 422 to
// a request and 500 to an answer that the description does not have.
// Usage: openapi_proxy.mjs SERVER DOCUMENT TARGET ADMIN_KEY READER_KEY LIMITED_KEY
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { npm } from "./modules.mjs";

const [server, document, target, admin, reader, limited] = process.argv.slice(2);
const prism = npm.resolve("@stoplight/prism-cli/dist/index.js");
const violation = "https://stoplight.io/prism/errors#";
const seen = new Set();  // `GET /v1/jobs 200`

/** A proxy before the server; `{url, stop}`. */
function proxy(...flags) {
  const child = spawn(process.execPath, [prism, "proxy", document, server, "--errors", "-p", "0", ...flags], { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((listens, fails) => {
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += chunk;
      const url = /listening on (http:\/\/[0-9.:]+)/.exec(said)?.[1];
      if (url) listens({ url, stop: () => child.kill() });
    });
    child.on("exit", () => fails(new Error(`Prism ended: ${said}`)));
  });
}

/** `call(method, path, {status, …})` through the proxy; the answer's body is `json` where it is JSON, else `text`. */
const caller = (base) => async (method, path, { status = 200, key = admin, headers = {}, json, body } = {}) => {
  const fields = { ...(key ? { Authorization: `Bearer ${key}` } : {}), ...(json === undefined ? {} : { "Content-Type": "application/json" }), ...headers };
  const answer = await fetch(base + path, { method, headers: fields, redirect: "manual", body: json === undefined ? body : JSON.stringify(json) });
  const text = await answer.text();
  assert.ok(!text.includes(violation), `${method} ${path}: ${text}`);
  assert.equal(answer.status, status, `${method} ${path}: ${text.slice(0, 500)}`);
  seen.add(`${method} ${path.replace(/\?.*/, "").replace(/(job|upl|whk|msg)_[0-9a-z]+/g, "{id}")} ${status}`);
  const is_json = /json/.test(answer.headers.get("content-type") ?? "");
  return { headers: answer.headers, text, json: is_json ? JSON.parse(text) : null };
};

const report = (title, more = {}) => ({ report: { title, ...more }, data: { rows: [{ a: 1 }, { a: 2 }] } });
const broken = { report: { title: "Broken", sections: [{ type: "table", columns: [{ field: "a", format: "integer" }] }] }, data: { rows: [{ a: "x" }] } };
const later = { ...report("Later"), options: { delay_seconds: 3600 } };
const done = { Prefer: "wait=20" };
const job = (id, rest = "") => `/v1/jobs/${id}${rest}`;

async function jobs(call) {
  const first = (await call("POST", "/v1/jobs", { status: 202, json: report("First"), headers: { "Idempotency-Key": "one" } })).json;
  assert.equal((await call("POST", "/v1/jobs", { status: 202, json: report("First"), headers: { "Idempotency-Key": "one" } })).json.id, first.id);
  const form = new FormData();
  form.set("job", JSON.stringify({ report: { title: "Form" }, options: { priority: "high", tags: { team: "x" } } }));
  form.set("data", new Blob(["a,b\n1,2\n"], { type: "text/csv" }), "data.csv");
  const sent = (await call("POST", "/v1/jobs", { status: 201, body: form, headers: done })).json;
  assert.deepEqual([sent.status, sent.priority], ["succeeded", "high"]);
  const stream = await call("POST", "/v1/jobs", { json: report("Stream"), headers: { Accept: "text/event-stream" } });
  assert.match(stream.text, /event: succeeded/);
  assert.match((await call("GET", job(sent.id, "/events"))).text, /event: succeeded/);
  assert.match((await call("GET", `/v1/events?jobs=${first.id},${sent.id}`)).text, /event: end/);
  await call("GET", `/v1/events?jobs=${first.id}`, { status: 204, headers: { "Last-Event-ID": "end" } });

  const { headers, json } = await call("GET", job(sent.id), { headers: { Prefer: "wait=1" } });
  await call("GET", job(sent.id), { status: 304, headers: { "If-None-Match": headers.get("etag") } });
  await call("GET", job(sent.id, "/events"), { status: 204, headers: { "Last-Event-ID": String(json.seq) } });
  const made = (await call("GET", job(sent.id, "/request"))).json;
  assert.equal(made.can_run_again, true);
  assert.equal(made.options.priority, "high");
  const again = (await call("POST", job(sent.id, "/rerun"), { status: 201, headers: done })).json;
  assert.notEqual(again.id, sent.id);
  assert.equal(again.result.sha256.length, 64);

  const waiting = (await call("POST", "/v1/jobs", { status: 202, json: later })).json;
  assert.equal((await call("GET", "/v1/jobs?status=delayed&limit=1")).json.data[0].id, waiting.id);
  await call("POST", job(waiting.id, "/cancel"));
  const { next_cursor } = (await call("GET", "/v1/jobs?limit=2")).json;
  await call("GET", `/v1/jobs?limit=2&cursor=${encodeURIComponent(next_cursor)}`);
  await call("DELETE", job(waiting.id), { status: 204 });
  return sent;
}

async function deadLetters(call) {
  const failed = (await call("POST", "/v1/jobs", { status: 201, json: broken, headers: done })).json;
  assert.equal(failed.error.code, "bad_data");
  assert.equal((await call("GET", "/v1/dead-letters")).json.data[0].id, failed.id);
  await call("POST", job(failed.id, "/redrive"), { status: 202 });
  await call("GET", job(failed.id), { headers: done });
  await call("POST", "/v1/dead-letters/redrive", { status: 202, json: { jobs: [failed.id] } });
  await call("GET", job(failed.id), { headers: done });
  await call("POST", "/v1/dead-letters/redrive", { status: 202, json: { all: true } });
  const strict = { ...report("Wrong"), data: { rows: [] } };
  const ended = (await call("GET", job(failed.id), { headers: done })).json;
  assert.equal(ended.status, "failed");
  await call("POST", "/v1/jobs", { status: 202, json: strict });
}

async function results(call, sent) {
  // Prism would follow it.
  const { status, headers } = await fetch(server + job(sent.id, "/result"), { headers: { Authorization: `Bearer ${admin}` }, redirect: "manual" });
  assert.equal(status, 303);
  const link = headers.get("location");
  const whole = await call("GET", link, { key: null });
  assert.match(whole.text, /^%PDF/);
  await call("GET", `${link}&disposition=inline`, { key: null });
  await call("GET", link, { status: 206, key: null, headers: { Range: "bytes=0-3" } });
  await call("GET", link, { status: 304, key: null, headers: { "If-None-Match": whole.headers.get("etag") } });
  await call("GET", link, { status: 416, key: null, headers: { Range: "bytes=99999999-" } });
  await call("GET", link.replace(/sig=..../, "sig=AAAA"), { status: 403, key: null });
}

async function uploads(call) {
  const file = Buffer.from("a,b\n1,2\n3,4\n");
  const digest = { "Content-Digest": `sha-256=:${createHash("sha256").update(file).digest("base64")}:` };
  const type = { "Content-Type": "text/csv" };
  const whole = (await call("POST", "/v1/uploads", { status: 201, body: file, headers: { ...type, ...digest } })).json;
  await call("POST", "/v1/jobs", { status: 201, headers: done, json: { report: { title: "Uploaded" }, data: { upload: whole.id } } });
  const begun = await call("POST", "/v1/uploads", { status: 201, headers: { "Upload-Length": String(file.length) } });
  const path = begun.headers.get("location");
  await call("PUT", path, { body: file.subarray(0, 4), headers: { ...type, "Content-Range": `bytes 0-3/${file.length}` } });
  const head = await fetch(server + path, { method: "HEAD", headers: { Authorization: `Bearer ${admin}` } });  // Prism wants a body
  assert.equal(head.headers.get("upload-offset"), "4");
  assert.equal((await call("GET", path)).json.offset, 4);
  await call("PUT", path, { status: 409, body: file.subarray(0, 4), headers: { ...type, "Content-Range": `bytes 0-3/${file.length}` } });
  await call("PUT", path, { status: 201, body: file.subarray(4), headers: { ...type, "Content-Range": `bytes 4-${file.length - 1}/${file.length}` } });
  assert.equal((await call("GET", path)).json.bytes, file.length);
  await call("DELETE", path, { status: 409 });
  const other = (await call("POST", "/v1/uploads", { status: 201, headers: { "Upload-Length": "100" } })).headers.get("location");
  await call("DELETE", other, { status: 204 });
  await call("GET", other, { status: 404 });
}

async function feed(call) {
  const json = { Accept: "application/json" };
  const page = (await call("GET", "/v1/events?since=0&limit=3", { headers: json })).json;
  assert.equal(page.data.length, 3);
  await call("GET", `/v1/events?since=${page.next}&types=succeeded,failed`, { headers: json });
  await call("GET", "/v1/events?since=now", { headers: { ...json, Prefer: "wait=0" } });
}

async function webhooks(call) {
  const made = (await call("POST", "/v1/webhooks", { status: 201, json: { url: target, events: ["succeeded"], description: "A shop" } })).json;
  assert.match(made.secret, /^whsec_/);
  const path = `/v1/webhooks/${made.id}`;
  assert.equal((await call("GET", "/v1/webhooks")).json.data.length, 1);
  await call("GET", path);
  await call("PATCH", path, { json: { enabled: true, tags: { team: "x" } } });
  assert.notEqual((await call("POST", `${path}/rotate`)).json.secret, made.secret);
  const { id } = (await call("POST", `${path}/test`, { status: 202 })).json;
  for (;;) {
    const { data } = (await call("GET", `${path}/deliveries`)).json;
    if (data[0]?.status === "succeeded") break;
    await new Promise((resume) => setTimeout(resume, 100));
  }
  await call("POST", `${path}/deliveries/${id}/resend`, { status: 202 });
  await call("GET", `${path}/deliveries?limit=1`);
  await call("DELETE", path, { status: 204 });
}

async function sessions(call) {
  const { headers } = await call("POST", "/v1/session", { status: 201 });
  const cookie = headers.get("set-cookie").split(";")[0];
  assert.deepEqual((await call("GET", "/v1/session", { key: null, headers: { Cookie: cookie } })).json.scopes, ["admin"]);
  await call("GET", "/v1/session");
  assert.deepEqual((await call("GET", "/v1/session", { key: limited })).json.limits, { submits: { quota: 1, window_seconds: 3600 }, requests: null });
  await call("DELETE", "/v1/session", { status: 204, key: null });
}

async function operation(call) {
  assert.equal((await call("GET", "/v1/queue")).json.workers.length, 1);
  assert.match((await call("GET", "/metrics")).text, /^# HELP/);
  for (const path of ["/livez", "/readyz", "/", "/web/platen.js", "/web/platen.css", "/openapi.json", "/v1/schema/report"]) {
    const { headers } = await call("GET", path, { key: null });
    if (headers.has("etag")) await call("GET", path, { status: 304, key: null, headers: { "If-None-Match": headers.get("etag") } });
  }
}

/** What is wrong with these requests the server says, and the proxy only whether it says it as described. */
async function refusals(call, sent) {
  const none = "job_000000000000000000000000000";
  const type = { "Content-Type": "application/json" };
  await call("POST", "/v1/jobs", { status: 400, body: "{", headers: type });
  await call("POST", "/v1/jobs", { status: 422, json: { report: { titel: "x" } } });
  await call("POST", "/v1/jobs", { status: 422, json: report("Other"), headers: { "Idempotency-Key": "one" } });
  await call("POST", "/v1/jobs", { status: 415, body: "<x/>", headers: { "Content-Type": "text/xml" } });
  await call("POST", "/v1/jobs", { status: 413, json: report("x".repeat(2 << 20)) });
  await call("GET", "/v1/jobs?limit=0", { status: 400 });
  await call("GET", "/v1/jobs", { status: 401, key: "plk_0123456789ab_wrong" });
  await call("POST", "/v1/jobs", { status: 403, key: reader, json: report("x") });
  await call("GET", job(sent.id), { key: reader });
  for (const rest of ["", "/request", "/events", "/result"]) await call("GET", job(none, rest), { status: 404 });
  for (const rest of ["/rerun", "/cancel", "/redrive"]) await call("POST", job(none, rest), { status: 404 });
  await call("POST", job(sent.id, "/cancel"), { status: 409 });
  await call("POST", job(sent.id, "/redrive"), { status: 409 });
  const waiting = (await call("POST", "/v1/jobs", { status: 202, json: later })).json;
  await call("DELETE", job(waiting.id), { status: 409 });
  await call("POST", job(waiting.id, "/rerun"), { status: 409 });
  await call("GET", job(waiting.id, "/result"), { status: 409 });
  const secret = (await call("POST", "/v1/jobs", { status: 201, headers: done, json: report("Secret", { document: { password: "hunter2" } }) })).json;
  const shown = (await call("GET", job(secret.id, "/request"))).json;
  assert.deepEqual([shown.can_run_again, shown.left_out.length], [false, 2]);
  await call("POST", job(secret.id, "/rerun"), { status: 410 });
  await call("GET", "/v1/events?jobs=x", { status: 404 });
  await call("GET", "/v1/events?since=yesterday", { status: 400 });
  await call("GET", "/v1/ws", { status: 426 });
  await call("POST", "/v1/uploads", { status: 400, body: "", headers: { "Content-Type": "text/csv" } });
  await call("POST", "/v1/webhooks", { status: 400, json: { url: "ftp://x" } });
  await call("GET", "/v1/webhooks", { status: 403, key: reader });
  await call("POST", "/v1/dead-letters/redrive", { status: 400, json: {} });
  await call("GET", "/web/none.js", { status: 404, key: null });
  await call("POST", "/v1/jobs", { status: 202, key: limited, json: later });
  const { headers } = await call("POST", "/v1/jobs", { status: 429, key: limited, json: later });
  assert.ok(Number(headers.get("retry-after")) > 0);
  assert.match(headers.get("ratelimit"), /r=0/);
}

/** The proxy has no word for a method that a path does not take; the server has, and it is the described one. */
async function methods() {
  const answer = await fetch(`${server}/v1/jobs`, { method: "PUT" });
  assert.equal(answer.status, 405);
  assert.match(answer.headers.get("allow"), /GET, HEAD, OPTIONS, POST/);
}

/** Each operation was seen to succeed; but for those that no proxy of messages can pass on. */
function nothingIsLeftOut() {
  const apart = ["GET /v1/ws", "GET /v1/jobs/{id}/result", "HEAD /v1/uploads/{id}"];
  const { paths } = JSON.parse(readFileSync(document, "utf8"));
  const all = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) =>
    `${method.toUpperCase()} ${path.replace("/{delivery}/", "/{id}/").replace("/{file}", "/platen.js")}`));
  const done = new Set([...seen].filter((call) => / [23]..$/.test(call)).map((call) => call.replace(/ ...$/, "")));
  assert.deepEqual(all.filter((call) => !done.has(call) && !apart.includes(call)), []);
}

const strict = await proxy();
const lenient = await proxy("--validate-request", "false");
try {
  const call = caller(strict.url);
  const sent = await jobs(call);
  await deadLetters(call);
  await results(call, sent);
  await uploads(call);
  await feed(call);
  await webhooks(call);
  await sessions(call);
  await operation(call);
  await refusals(caller(lenient.url), sent);
  await methods();
  nothingIsLeftOut();
} finally {
  strict.stop();
  lenient.stop();
}
