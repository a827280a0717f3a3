import { fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

/** The longest message, in characters. */
const LONGEST = 8000;

/** The others hear at most this often that one is writing, in milliseconds. */
const TYPING_EVERY = 3000;

/** Where a message is written. What is written is kept over a reload. */
export class Composer {
  #key;
  #lastTyping = 0;

  /** @param {string} key names the draft @param {{ send: (content: string) => void, typing: () => void }} actions */
  constructor(key, { send, typing }) {
    this.#key = `rialto.draft.${key}`;
    this.input = h("textarea", {
      id: "composer",
      rows: "1",
      placeholder: t.write,
      "aria-label": t.write,
      "aria-describedby": "composer-problem",
      enterkeyhint: "send",
      autocomplete: "off",
    });
    this.problem = h("p", { class: "field-error", id: "composer-problem", role: "status" });
    this.button = h("button", { class: "primary send", type: "submit", "aria-label": t.send }, icon("send"));
    this.input.value = recall(this.#key);

    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      const content = this.input.value;
      if (!content.trim() || excess(content) > 0) return this.#check();
      send(content);
      this.input.value = "";
      this.#lastTyping = 0;
      this.#check();
      this.input.focus();
    };
    this.element = h(
      "form",
      { class: "composer", onsubmit: submit },
      h("div", { class: "composer-line" }, this.input, this.button),
      this.problem,
    );
    this.input.addEventListener("keydown", (event) => {
      // An input method uses Enter to choose a word.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
    });
    this.input.addEventListener("input", () => {
      this.#check();
      if (!this.input.value || Date.now() - this.#lastTyping < TYPING_EVERY) return;
      this.#lastTyping = Date.now();
      typing();
    });
    this.#check();
  }

  #check() {
    const over = excess(this.input.value);
    fill(this.problem, over > 0 && t.too_long(over));
    this.button.disabled = over > 0 || !this.input.value.trim();
    // As tall as what is written, up to the limit in the styles.
    this.input.rows = Math.min(6, this.input.value.split("\n").length);
    remember(this.#key, this.input.value);
  }
}

/** @param {string} content */
function excess(content) {
  return content.length <= LONGEST ? 0 : [...content].length - LONGEST;
}

/** @param {string} key */
function recall(key) {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} key @param {string} value */
function remember(key, value) {
  try {
    if (value) sessionStorage.setItem(key, value);
    else sessionStorage.removeItem(key);
  } catch {
    // Storage is refused: the draft lives as long as the page.
  }
}
