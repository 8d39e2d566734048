// What a job was made of, as it was sent.

import { make, outside } from "./make.js";
import { call } from "./server.js";

const directions = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;  // signs that turn the text around them

/** JSON as people read it; signs that nobody sees are written as JSON's escapes. */
const readable = (value) => JSON.stringify(value, null, 2).replace(directions, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);

const words = { "/data/rows": "the rows", "/report/document/password": "the password", "/report/document/owner_password": "the owner's password",
  "/report": "the report, which is very long" };

/** The request, null where it cannot be read now. */
export const requestOfJob = (id, signal) => call(`/v1/jobs/${encodeURIComponent(id)}/request`, { signal }).catch(() => null);

/** The request of a job that has ended or not, in a card. */
export function requestCard(request, has_ended) {
  const card = make("section", { class: "card stack", id: "request", "aria-labelledby": "request-title" }, make("h2", { id: "request-title" }, "Request"));
  if (!request) {
    card.append(make("p", { class: "quiet" }, "It cannot be read now."));
    return card;
  }
  const { report, data, options, left_out } = request;
  card.append(make("pre", { class: "tall", tabindex: "0", role: "region", "aria-label": "The request as it was sent" },
    readable({ ...(report ? { report } : {}), data, options })));
  if (left_out.length) card.append(make("p", { class: "quiet" }, "Not shown: ", outside(left_out.map((place) => words[place] ?? place).join(", ")), "."));
  if (has_ended && !request.can_run_again)
    card.append(make("p", { id: "not-again" }, "This cannot be run again from here, for what it was made of is not kept: requests with passwords, with more than 4 KiB of rows or of more than 64 KiB go when the job has ended. Send it again."));
  return card;
}
