// An S3 server over a folder: s3rver, behind a door that checks what s3rver does not: signatures (by aws4, which nobody
// here wrote) and the SHA-256 of bodies. It also lists and aborts uploads in parts, and fails requests on demand.
// Usage: s3_server.mjs PORT FOLDER BUCKET KEY_ID SECRET [CERTIFICATE KEY]; prints `port N`. With a certificate, over TLS.
// PUT /fail?method=M&part_of_url=T&times=N&status=S&code=C: the next N requests of that method and URL are answered so.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import { join } from "node:path";

import { npm } from "./modules.mjs";

const S3rver = npm("s3rver");
const aws4 = npm("aws4");
const [port, folder, bucket, accessKeyId, secretAccessKey, certificate, key] = process.argv.slice(2);
// s3rver knows one account, and looks at the key's id alone.
const inner_id = "S3RVER";
const fault = { method: "", part_of_url: "", times: 0, status: 503, code: "SlowDown" };
const uploads_folder = join(folder, bucket, "._S3rver_uploads");
const uploads_a_page = 2;

const inner = new S3rver({ address: "127.0.0.1", port: 0, silent: true, directory: folder, configureBuckets: [{ name: bucket }] });
const { port: inner_port } = await inner.run();

function refuse(response, status, code) {
  response.writeHead(status, { "Content-Type": "application/xml" });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
}

const part = (text, name) => new RegExp(`${name}=([^, ]+)`).exec(text)?.[1];

/** What aws4 signs, given the headers that the request says are signed. */
function expectedSignature(request, { signed, date, region, query }) {
  const headers = Object.fromEntries(signed.split(";").map((name) => [name, request.headers[name] ?? ""]));
  const url = new URL(request.url, "http://x");
  if (query) url.searchParams.delete("X-Amz-Signature");
  const path = url.pathname + (url.search ? `?${url.searchParams}`.replaceAll("+", "%20") : "");
  const signer = new aws4.RequestSigner(
    { service: "s3", region, method: request.method, path, headers, signQuery: query, doNotModifyHeaders: true,
      extraHeadersToInclude: Object.fromEntries(Object.keys(headers).map((name) => [name, true])) },
    { accessKeyId, secretAccessKey });
  signer.datetime = date;
  return signer.signature();
}

/** Why a request is refused; nothing where it is not. */
function flawOf(request, body) {
  const query = new URL(request.url, "http://x").searchParams;
  const field = request.headers.authorization;
  const is_link = query.has("X-Amz-Signature");
  if (!field && !is_link) return [403, "AccessDenied"];
  const credential = is_link ? query.get("X-Amz-Credential") : part(field, "Credential");
  const [id, , region] = credential.split("/");
  if (id !== accessKeyId) return [403, "InvalidAccessKeyId"];
  const signed = is_link ? query.get("X-Amz-SignedHeaders") : part(field, "SignedHeaders");
  const date = is_link ? query.get("X-Amz-Date") : request.headers["x-amz-date"];
  const given = is_link ? query.get("X-Amz-Signature") : part(field, "Signature");
  if (given !== expectedSignature(request, { signed, date, region, query: is_link })) return [403, "SignatureDoesNotMatch"];
  const said = request.headers["x-amz-content-sha256"];
  if (!is_link && said !== createHash("sha256").update(body).digest("hex")) return [400, "XAmzContentSHA256Mismatch"];
  return undefined;
}

function pass(request, body, response) {
  const headers = { ...request.headers };
  let path = request.url;
  if (headers.authorization) headers.authorization = headers.authorization.replace(accessKeyId, inner_id);
  else path = path.replace(`X-Amz-Credential=${accessKeyId}`, `X-Amz-Credential=${inner_id}`);
  delete headers.expect;
  const onward = http.request({ host: "127.0.0.1", port: inner_port, method: request.method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  onward.end(body);
}

/** Uploads in parts that are not ended, in S3's order, a few a page. */
async function listUploads(query, response) {
  const found = [];
  for (const id of await readdir(uploads_folder).catch(() => [])) {
    const key = await readFile(join(uploads_folder, id, "key"), "utf8");
    const { birthtime } = await stat(join(uploads_folder, id, "key"));
    found.push({ key, id, begun: birthtime.toISOString(), order: `${key}\n${id}` });
  }
  const after = `${query.get("key-marker") ?? ""}\n${query.get("upload-id-marker") ?? ""}`;
  const rest = found.filter(({ key, order }) => key.startsWith(query.get("prefix") ?? "") && order > after);
  rest.sort((a, b) => (a.order < b.order ? -1 : 1));
  const page = rest.slice(0, uploads_a_page);
  const last = page.at(-1);
  const list = page.map(({ key, id, begun }) =>
    `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiator><ID>x</ID></Initiator><Initiated>${begun}</Initiated></Upload>`);
  response.writeHead(200, { "Content-Type": "application/xml" });
  response.end(`<?xml version="1.0"?><ListMultipartUploadsResult><Bucket>${bucket}</Bucket>
    ${last ? `<NextKeyMarker>${last.key}</NextKeyMarker><NextUploadIdMarker>${last.id}</NextUploadIdMarker>` : ""}
    <IsTruncated>${rest.length > page.length}</IsTruncated>${list.join("")}</ListMultipartUploadsResult>`);
}

async function answer(request, response) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const body = Buffer.concat(pieces);
  const url = new URL(request.url, "http://x");
  if (url.pathname === "/fail") {
    Object.assign(fault, Object.fromEntries(url.searchParams), { times: Number(url.searchParams.get("times")) });
    return response.end();
  }
  const flaw = flawOf(request, body);
  if (flaw) return refuse(response, ...flaw);
  if (fault.times > 0 && request.method === fault.method && request.url.includes(fault.part_of_url)) {
    fault.times -= 1;
    return refuse(response, Number(fault.status), fault.code);
  }
  if (request.method === "GET" && url.searchParams.has("uploads")) return listUploads(url.searchParams, response);
  if (request.method === "DELETE" && url.searchParams.has("uploadId")) {
    await rm(join(uploads_folder, url.searchParams.get("uploadId")), { recursive: true, force: true });
    response.writeHead(204);
    return response.end();
  }
  return pass(request, body, response);
}

const handle = (request, response) => answer(request, response).catch(() => response.destroy());
const server = certificate
  ? https.createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, handle)
  : http.createServer(handle);
server.listen(Number(port), "127.0.0.1", () => process.stdout.write(`port ${server.address().port}\n`));
