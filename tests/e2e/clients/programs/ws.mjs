// npm's `ws` on a job's own path. Usage: ws.mjs URL
import { npm, print, printEnd } from "./modules.mjs";

const { WebSocket } = npm("ws");
const nothingMore = 1000;
const comeBackAfterMs = 40;
let last;

function connect() {
  const socket = new WebSocket(process.argv[2] + (last ? `?last_event_id=${last}` : ""));
  socket.on("message", (message) => {
    const text = String(message);
    const { id, event } = JSON.parse(text);
    last = id ?? last;
    // As it was written: JSON.stringify would make 24 of 24.0.
    print({ id, event, data: text.slice(text.indexOf('"data":') + '"data":'.length, -1) });
  });
  socket.on("error", () => {});  // `close` follows
  socket.on("close", (code) => (code === nothingMore ? printEnd(code) : setTimeout(connect, comeBackAfterMs)));
}
connect();
