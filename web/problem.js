// What went wrong, said where it happened; and the question before what cannot be undone.

import { make, outside } from "./make.js";

/** A place for a problem: `show(problem)` says it aloud, `show(null)` takes it away. */
export function problemBox(properties = {}) {
  const box = make("div", { class: "problem", role: "alert", hidden: true, ...properties });
  const show = (problem) => {
    box.hidden = !problem;
    if (!problem) return box.replaceChildren();
    const places = (problem.errors ?? []).map(({ pointer, detail }) =>
      make("li", {}, pointer ? [outside(pointer), ": "] : null, outside(detail, 1000)));
    box.replaceChildren(
      make("p", {}, outside(problem.detail ?? problem.title ?? "Something went wrong on this page.", 1000)),
      ...(places.length ? [make("ul", {}, places)] : []),
      ...(problem.request_id ? [make("p", { class: "quiet" }, "Request ", outside(problem.request_id))] : []));
    return box;
  };
  return { box, show };
}

/** Whether the person agrees; `yes` is the button's text. */
export function agreed(question, yes) {
  const dialog = document.getElementById("ask");
  document.getElementById("ask-text").textContent = question;
  document.getElementById("ask-yes").textContent = yes;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
  });
}
