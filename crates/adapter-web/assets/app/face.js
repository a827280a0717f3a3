import { h } from "./dom.js";

/** How many colours the styles have for faces. */
const HUES = 8;

/** The first letter of a name on a colour of its own: the name itself stands beside it. @param {{ id: string, display_name: string }} profile */
export function face({ id, display_name }) {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + char.charCodeAt(0)) % 9973;
  const letter = [...display_name.trim()][0]?.toLocaleUpperCase() ?? "?";
  return h("span", { class: `face hue-${sum % HUES}`, "aria-hidden": "true" }, letter);
}
