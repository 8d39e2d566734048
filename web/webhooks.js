// Who is told of ended jobs, and what came of it.

import { age, duration } from "./format.js";
import { make, outside, time } from "./make.js";
import { agreed, problemBox } from "./problem.js";
import { call, may, now } from "./server.js";
import { secretBox, webhookForm } from "./webhook_form.js";

const shown_deliveries = 20;

function deliveryRow(delivery, resend) {
  const last = delivery.attempts?.at(-1);
  const outcome = last ? `${last.status ?? ""} ${last.error ?? ""}`.trim() : "";
  return make("tr", {},
    make("td", {}, delivery.type, delivery.job ? make("div", {}, make("a", { href: `#/jobs/${encodeURIComponent(delivery.job)}` }, delivery.job)) : null),
    make("td", {}, make("span", { class: `status ${delivery.status}` }, delivery.status), " ",
      outside(outcome, 200), last ? make("span", { class: "quiet" }, ` attempt ${last.attempt}, ${duration(last.duration_ms)}`) : null),
    make("td", {}, time(delivery.created_at, age(delivery.created_at, now()))),
    make("td", {}, delivery.status !== "pending"
      ? make("button", { type: "button", class: "small", "aria-label": `Send again: ${delivery.id}`, click: () => resend(delivery) }, "Send again") : null));
}

/** `{element, secret}`; `removed()` is called when it is deleted. */
function webhookItem(hook, signal, removed) {
  const path = `/v1/webhooks/${encodeURIComponent(hook.id)}`;
  const body = make("tbody");
  const none = make("p", { class: "quiet" }, "Nothing has been sent yet.");
  const table = make("table", { hidden: true },
    make("thead", {}, make("tr", {}, ["Message", "Outcome", "Age"].map((head) => make("th", { scope: "col" }, head)), make("td"))), body);
  const problem = problemBox();
  const state = make("span");
  const secret = secretBox();
  const enable = make("button", { type: "button", class: "small", click: () => act(path, { method: "PATCH", json: { enabled: true } }) }, "Enable");

  const showState = () => {
    state.className = `status ${hook.enabled ? "succeeded" : "failed"}`;
    state.textContent = hook.enabled ? "enabled" : "disabled";
    enable.hidden = hook.enabled;
  };
  const load = async () => {
    try {
      const { data } = await call(`${path}/deliveries?limit=${shown_deliveries}`, { signal });
      body.replaceChildren(...data.map((delivery) => deliveryRow(delivery, resend)));
      table.hidden = data.length === 0;
      none.hidden = data.length > 0;
    } catch (trouble) {
      if (!signal.aborted) problem.show(trouble);
    }
  };
  /** Then looks once more after a moment, for what was sent is on its way. */
  const act = async (where, options) => {
    try {
      const answer = await call(where, options);
      if (options.method === "PATCH") hook = answer;
      problem.show(null);
    } catch (trouble) {
      problem.show(trouble);
    }
    showState();
    await load();
    setTimeout(() => { if (!signal.aborted) load(); }, 1500);
  };
  const rotate = async () => {
    if (!(await agreed("Give this webhook a new secret? The one so far goes on signing for 24 hours.", "New secret"))) return;
    try {
      secret.show((await call(`${path}/rotate`, { method: "POST" })).secret);
      problem.show(null);
    } catch (trouble) {
      problem.show(trouble);
    }
  };
  const remove = async () => {
    if (!(await agreed("Delete this webhook and its log? What is on its way is not sent any more.", "Delete"))) return;
    try {
      await call(path, { method: "DELETE" });
      await removed();
    } catch (trouble) {
      problem.show(trouble);
    }
  };
  const resend = (delivery) => act(`${path}/deliveries/${encodeURIComponent(delivery.id)}/resend`, { method: "POST" });

  showState();
  const tags = Object.entries(hook.tags);
  const button = (label, click, style = "small") => make("button", { type: "button", class: style, click }, label);
  const element = make("li", { class: "stack" },
    make("div", { class: "row" }, make("strong", {}, outside(hook.url, 200)), state),
    make("p", { class: "quiet" }, hook.events.join(", "), hook.description ? [" · ", outside(hook.description)] : null,
      tags.length ? [" · ", ...tags.map((tag) => make("span", { class: "tag" }, outside(tag.join("="), 100)))] : null,
      hook.disabled_reason ? [" · ", outside(hook.disabled_reason)] : null),
    make("div", { class: "row start" }, button("Send a test", () => act(`${path}/test`, { method: "POST" })), enable,
      button("New secret", rotate), button("Delete", remove, "small danger")),
    secret.box, problem.box,
    make("details", { toggle: (event) => { if (event.target.open) load(); } }, make("summary", {}, "Deliveries"), none,
      make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Deliveries to ${hook.id}` }, table)));
  return { element, secret };
}

/** `{card, refresh}`. Hidden from keys that may not see them. */
export function webhooks(signal) {
  const list = make("ul", { class: "plain" });
  const none = make("p", { class: "quiet" }, "None.");
  const problem = problemBox();
  let items = new Map();
  const refresh = async () => {
    if (!may("admin")) return;
    try {
      const { data } = await call("/v1/webhooks", { signal });
      items = new Map(data.map((hook) => [hook.id, webhookItem(hook, signal, refresh)]));
      list.replaceChildren(...[...items.values()].map(({ element }) => element));
      none.hidden = data.length > 0;
      problem.show(null);
    } catch (trouble) {
      if (!signal.aborted) problem.show(trouble);
    }
  };
  const made = async (hook) => {
    await refresh();
    items.get(hook.id)?.secret.show(hook.secret);
  };
  const card = make("section", { class: "card stack", id: "webhooks", "aria-labelledby": "webhooks-title", hidden: !may("admin") },
    make("h2", { id: "webhooks-title" }, "Webhooks"), none, problem.box, list, webhookForm(made));
  return { card, refresh };
}
