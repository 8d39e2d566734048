// npm's `ws` on /v1/ws: submits a report, follows it and fetches the PDF. Usage: ws_channel.mjs URL SUBMISSION
import { npm } from "./modules.mjs";

const { WebSocket } = npm("ws");
const [base, submission] = process.argv.slice(2);
const socket = new WebSocket(base + "/v1/ws");
const events = [];
socket.on("open", () => socket.send(JSON.stringify({ ref: "mine", submit: JSON.parse(submission) })));
socket.on("message", async (message) => {
  const { ref, job, error, event, data } = JSON.parse(String(message));
  if (ref === "mine") console.log(error ? `error: ${error.code}` : `submitted: ${job.status}`);
  if (!event) return;
  if (event !== "progress") events.push(event);
  if (!data.result) return;
  const pdf = Buffer.from(await (await fetch(base + data.result.url)).arrayBuffer());
  console.log(`events: ${events.join(" ")}\nlink: ${pdf.subarray(0, 5)} ${pdf.length === data.result.bytes}`);
  socket.close(1000);
});
socket.on("close", (code) => console.log(`closed: ${code}`));
