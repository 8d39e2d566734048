// A report and its file on their way: how much of it has been sent, and a way to stop.

import { bytes } from "./format.js";
import { make } from "./make.js";
import { signIn, suspect } from "./server.js";

const unreachable = { code: "unreachable", detail: "The server cannot be reached, or ended the connection. Check it and try again." };

function problemIn(transfer) {
  try {
    return JSON.parse(transfer.responseText);
  } catch {
    return { detail: `The server answered ${transfer.status}.` };
  }
}

/** The browser asks before the window is closed. */
const hold = (event) => event.preventDefault();

/**
 * Sends `request` with `file` as its data; the job, or null where the person stopped it. Shows itself in `place`
 * meanwhile, and goes on when another page of the console is entered. XMLHttpRequest, for fetch does not tell how much
 * of a body has been sent.
 */
export async function sendReport(request, file, place) {
  const body = new FormData();
  body.append("job", JSON.stringify(request));
  body.append("data", file);
  const transfer = new XMLHttpRequest();
  const bar = make("progress", { max: "1", "aria-label": "Sending the file" });
  const detail = make("p", { class: "quiet" }, "Sending the file");
  place.replaceChildren(make("section", { class: "card stack", "aria-label": "Sending" }, bar,
    make("div", { class: "row" }, detail, make("button", { type: "button", click: () => transfer.abort() }, "Stop sending"))));
  transfer.upload.onprogress = ({ loaded, total }) => {
    bar.value = total ? loaded / total : 0;
    detail.textContent = `Sent ${bytes(loaded)} of ${bytes(total)}`;
  };
  addEventListener("beforeunload", hold);
  try {
    return await new Promise((done, failed) => {
      transfer.onload = () => (transfer.status < 300 ? done(JSON.parse(transfer.responseText)) : failed(
        transfer.status === 401 ? { code: "unauthorized" } : problemIn(transfer)));
      transfer.onerror = () => {
        suspect();
        failed(unreachable);
      };
      transfer.onabort = () => done(null);
      transfer.open("POST", "/v1/jobs");
      transfer.send(body);
    });
  } catch (problem) {
    if (problem.code !== "unauthorized") throw problem;
    await signIn();
    return await sendReport(request, file, place);
  } finally {
    removeEventListener("beforeunload", hold);
    place.replaceChildren();
  }
}
