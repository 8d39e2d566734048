// Chromium's own WebSocket on /v1/ws: submits a report, watches it, fetches the PDF by the link.
// Usage: chromium_ws_channel.mjs SERVER SUBMISSION
import { inChromium } from "./chromium.mjs";

const [server, submission] = process.argv.slice(2);

const converse = ([base, body]) => new Promise((resolve, reject) => {
  const lines = [];
  const events = [];
  const socket = new WebSocket(`${base.replace(/^http/, "ws")}/v1/ws`);
  socket.onopen = () => socket.send(JSON.stringify({ ref: "mine", submit: JSON.parse(body) }));
  socket.onmessage = async ({ data: text }) => {
    const { ref, job, error, event, data } = JSON.parse(text);
    if (ref === "mine") lines.push(error ? `error: ${error.code}` : `submitted: ${job.status}`);
    if (!event) return;
    if (event !== "progress") events.push(event);
    if (!data.result) return;
    const pdf = new Uint8Array(await (await fetch(data.result.url)).arrayBuffer());
    const begin = String.fromCharCode(...pdf.subarray(0, 5));
    lines.push(`events: ${events.join(" ")}`, `link: ${begin} ${pdf.length === data.result.bytes}`);
    socket.close(1000);
  };
  socket.onclose = ({ code }) => resolve([...lines, `closed: ${code}`]);
  socket.onerror = () => reject(new Error("the WebSocket failed"));
});

await inChromium(async (page) => {
  await page.goto(`${server}/`);
  for (const line of await page.evaluate(converse, [server, submission])) console.log(line);
});
