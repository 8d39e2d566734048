// The form that makes a webhook, and the place where a secret is shown, once.

import { make } from "./make.js";
import { problemBox } from "./problem.js";
import { call } from "./server.js";

const events = ["succeeded", "failed", "canceled", "expired"];

/** A place for a secret: `show(secret)` shows it, with a button that copies it, until the page is left. */
export function secretBox() {
  const box = make("div", { class: "secret stack", role: "status", hidden: true });
  const show = (secret) => {
    const copy = make("button", { type: "button", class: "small", click: async () => {
      await navigator.clipboard.writeText(secret);
      copy.textContent = "Copied";
    } }, "Copy");
    box.hidden = false;
    box.replaceChildren(make("p", {}, "The secret that its messages are signed with. It is shown this once: put it where the receiver finds it."),
      make("div", { class: "row start" }, make("code", { class: "value" }, secret), navigator.clipboard ? copy : null));
  };
  return { box, show };
}

/** `team=finance, region=emea` as an object; throws a problem for what is none. */
function tagsOf(text) {
  const pairs = text.split(",").map((pair) => pair.trim()).filter(Boolean).map((pair) => pair.split(/=(.*)/s).map((part) => part.trim()));
  if (pairs.some(([name, value]) => !name || !value)) throw { detail: "Tags look like 'team=finance', with commas between them." };
  return Object.fromEntries(pairs.map(([name, value]) => [name, value]));
}

/** A closed form; `made(webhook)` is called with each that it makes. */
export function webhookForm(made) {
  const problem = problemBox();
  const text = (properties) => make("input", { type: "text", autocomplete: "off", ...properties });
  const url = text({ id: "hook-url", inputmode: "url", placeholder: "https://example.org/hook" });
  const tags = text({ id: "hook-tags", placeholder: "all jobs" });
  const description = text({ id: "hook-description", maxlength: "300" });
  const boxes = events.map((name) => make("input", { type: "checkbox", name, checked: true }));
  const save = make("button", { type: "submit", class: "primary" }, "Add the webhook");

  const submit = async (event) => {
    event.preventDefault();
    problem.show(null);
    save.disabled = true;
    try {
      if (!url.value.trim()) throw { detail: "Give the URL that the messages go to." };
      const wanted = boxes.filter(({ checked }) => checked).map(({ name }) => name);
      if (wanted.length === 0) throw { detail: "Choose at least one event." };
      const hook = await call("/v1/webhooks", { method: "POST",
        json: { url: url.value.trim(), events: wanted, tags: tagsOf(tags.value), description: description.value.trim() } });
      form.reset();
      details.open = false;
      await made(hook);
    } catch (trouble) {
      problem.show(trouble);
    } finally {
      save.disabled = false;
    }
  };
  const form = make("form", { class: "stack", novalidate: true, submit },
    make("label", {}, "URL", url),
    make("fieldset", { class: "row start" }, make("legend", {}, "When a job has"),
      boxes.map((box) => make("label", { class: "row start" }, box, box.name))),
    make("div", { class: "fields" }, make("label", {}, "Only with these tags", tags), make("label", {}, "Description", description)),
    problem.box, make("div", { class: "row" }, save));
  const details = make("details", { id: "new-webhook" }, make("summary", {}, "Add a webhook"), form);
  return details;
}
