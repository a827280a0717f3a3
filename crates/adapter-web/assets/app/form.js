import { fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

/** @typedef {{ name: string, label: string, hint?: string, type?: string, autocomplete: string }} Field */

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
    for (const field of fields) field.complain(field.input.value.trim() ? "" : t.required);
    if (focusFirstRefused(fields)) return;
    button.disabled = true;
    fill(button, t.working);
    try {
      await act(Object.fromEntries(fields.map(({ name, input }) => [name, input.value])));
    } catch (error) {
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
function labelled(form, { name, label, hint, type = "text", autocomplete }) {
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
    { class: "field" },
    h("label", { for: id }, label),
    input,
    hint && h("span", { class: "hint", id: `${id}-hint` }, hint),
    error,
  );
  return { name, input, element, complain };
}

/** @param {{ input: HTMLInputElement }[]} fields @returns {boolean} whether any was refused */
function focusFirstRefused(fields) {
  const refused = fields.find(({ input }) => input.hasAttribute("aria-invalid"));
  refused?.input.focus();
  return refused !== undefined;
}
