// Elements out of data. What comes from outside becomes text nodes, never markup.

const svg_namespace = "http://www.w3.org/2000/svg";

/** Properties that follow what a person does, and so are no attributes. */
const live = new Set(["value", "checked", "indeterminate"]);

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else if (live.has(name)) element[name] = value;
    else if (typeof value === "boolean" && !name.startsWith("aria-")) element.toggleAttribute(name, value);
    else element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/**
 * An HTML element. Functions among the properties listen to the event of their name; `value` and `checked` are set
 * last, for a select has its options by then. Children are nodes or texts; null and false are none.
 */
export function make(tag, properties = {}, ...children) {
  const { value, ...others } = properties;
  return fill(fill(document.createElement(tag), others, children), { value }, []);
}

/** The same for what is drawn. */
export const draw = (tag, properties = {}, ...children) =>
  fill(document.createElementNS(svg_namespace, tag), properties, children);

/** A text of other people: it keeps its direction to itself, and what is cut off stands in the tooltip. */
export const outside = (text, most = 300) => {
  const whole = String(text ?? "");
  return make("bdi", { class: "outside", title: whole.length > most ? whole.slice(0, 2000) : null }, shortened(whole, most));
};

/** For where there is no room, and where only plain text goes: options, labels. */
export const shortened = (text, most = 80) => (text.length > most ? `${[...text].slice(0, most).join("")}…` : text);

export const time = (moment, text) => make("time", { datetime: moment, title: new Date(moment).toLocaleString() }, text);

/** A select of `[value, text]` pairs. */
export const choice = (options, value, properties = {}) =>
  make("select", { ...properties, value }, options.map(([name, text]) => make("option", { value: name }, text)));

/** The heading of a page, which takes the focus when the page is entered. */
export const heading = (...children) => make("h1", { tabindex: "-1" }, ...children);
