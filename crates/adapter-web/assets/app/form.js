import { fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

/**
 * @typedef {{ name: string, label: string, hint?: string, type?: string, autocomplete: string, askedBy?: string }} Field
 *   `askedBy`: the code of the refusal that asks for it; it is not there before
 */

/** The fields of an account. @type {Field[]} */
export const ACCOUNT = [
  { name: "username", label: t.username, hint: t.username_hint, autocomplete: "username" },
  { name: "email", label: t.email, type: "email", autocomplete: "email" },
  { name: "password", label: t.password, hint: t.password_hint, type: "password", autocomplete: "new-password" },
];

/**
 * A form that tells what is wrong next to the field it is about, and moves the focus there.
 * @param {object} options
 * @param {string} options.id what the ids of its fields begin with
 * @param {Field[]} options.fields
 * @param {string} options.submit the words on its button
 * @param {(values: any) => Promise<unknown>} options.act
 * @returns {HTMLFormElement}
 */
export function form({ id, fields: wanted, submit: words, act }) {
  const fields = wanted.map((field) => labelled(id, field));
  const problem = h("p", { class: "problem", role: "alert" });
  const button = h("button", { class: "primary", type: "submit" }, words);

  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    event.preventDefault();
    fill(problem);
    for (const field of fields.filter(({ element }) => !element.hidden)) field.complain(field.input.value.trim() ? "" : t.required);
    if (focusFirstRefused(fields)) return;
    button.disabled = true;
    fill(button, t.working);
    try {
      const filled = fields.filter(({ element }) => !element.hidden);
      await act(Object.fromEntries(filled.map(({ name, input }) => [name, input.value])));
    } catch (error) {
      const asked = fields.find(({ askedBy, element }) => askedBy === error.code && element.hidden);
      if (asked) {
        asked.element.hidden = false;
        asked.input.focus();
      }
      for (const { field: name, message } of error.errors ?? []) {
        fields.find((field) => field.name === name)?.complain(message);
      }
      if (!focusFirstRefused(fields)) fill(problem, error.message);
    } finally {
      button.disabled = false;
      fill(button, words);
    }
  };

  return h("form", { novalidate: true, onsubmit: submit }, ...fields.map(({ element }) => element), problem, button);
}

/** @param {string} form @param {Field} field */
function labelled(form, { name, label, hint, type = "text", autocomplete, askedBy }) {
  const id = `${form}-${name}`;
  const error = h("span", { class: "field-error", id: `${id}-error` });
  const input = h("input", {
    id,
    name,
    type,
    autocomplete,
    autocapitalize: "none",
    spellcheck: "false",
    "aria-describedby": `${hint ? `${id}-hint ` : ""}${id}-error`,
  });
  /** @param {string} message */
  const complain = (message) => {
    fill(error, message && icon("warning"), message);
    if (message) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };
  input.addEventListener("input", () => complain(""));
  const element = h(
    "div",
    { class: "field", hidden: askedBy !== undefined },
    h("label", { for: id }, label),
    input,
    hint && h("span", { class: "hint", id: `${id}-hint` }, hint),
    error,
  );
  return { name, askedBy, input, element, complain };
}

/** @param {{ input: HTMLInputElement }[]} fields @returns {boolean} whether any was refused */
function focusFirstRefused(fields) {
  const refused = fields.find(({ input }) => input.hasAttribute("aria-invalid"));
  refused?.input.focus();
  return refused !== undefined;
}
