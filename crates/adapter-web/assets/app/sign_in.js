import { fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

/**
 * @typedef {import("../sdk/rialto.js").Rialto} Rialto
 * @typedef {{ name: string, label: string, hint?: string, type?: string, autocomplete: string }} Field
 * @typedef {{ id: string, label: string, hint?: string, fields: Field[], submit: string,
 *   act: (rialto: Rialto, values: any) => Promise<unknown> }} Way
 */

/** @type {Way[]} */
const WAYS = [
  {
    id: "guest",
    label: t.guest,
    hint: t.guest_hint,
    fields: [{ name: "name", label: t.name, autocomplete: "nickname" }],
    submit: t.enter,
    act: (rialto, { name }) => rialto.enterAsGuest(name),
  },
  {
    id: "sign-in",
    label: t.sign_in,
    fields: [
      { name: "login", label: t.login, autocomplete: "username" },
      { name: "password", label: t.password, type: "password", autocomplete: "current-password" },
    ],
    submit: t.sign_in,
    act: (rialto, values) => rialto.logIn(values),
  },
  {
    id: "register",
    label: t.register,
    fields: [
      { name: "username", label: t.username, hint: t.username_hint, autocomplete: "username" },
      { name: "email", label: t.email, type: "email", autocomplete: "email" },
      { name: "password", label: t.password, hint: t.password_hint, type: "password", autocomplete: "new-password" },
    ],
    submit: t.create,
    act: (rialto, values) => rialto.register(values),
  },
];

/** The page for those who are not in yet. @param {Rialto} rialto @param {string} [notice] @returns {HTMLElement} */
export function signInPage(rialto, notice) {
  const tabs = WAYS.map((way) => tab(way));
  const panels = WAYS.map((way) => panel(rialto, way));

  /** @param {number} chosen @param {boolean} [focus] */
  const choose = (chosen, focus) => {
    tabs.forEach((button, index) => {
      button.setAttribute("aria-selected", String(index === chosen));
      button.tabIndex = index === chosen ? 0 : -1;
      panels[index].hidden = index !== chosen;
    });
    if (focus) tabs[chosen].focus();
  };
  tabs.forEach((button, index) => {
    button.addEventListener("click", () => choose(index));
    button.addEventListener("keydown", ({ key }) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
      if (step) choose((index + step + tabs.length) % tabs.length, true);
    });
  });
  choose(0);

  return h(
    "main",
    { class: "welcome" },
    h(
      "div",
      { class: "welcome-words" },
      h("p", { class: "brand brand-large" }, icon("bridge"), t.title),
      h("h1", {}, t.tagline),
      h("ul", { class: "pitch" }, ...t.pitch.map((line) => h("li", {}, icon("check"), line))),
      h("p", {}, h("a", { href: "/docs" }, t.api_docs)),
    ),
    h(
      "section",
      { class: "card", "aria-label": t.ways_in },
      notice && h("p", { class: "notice", role: "status" }, notice),
      h("div", { class: "tabs", role: "tablist", "aria-label": t.ways_in }, ...tabs),
      ...panels,
    ),
  );
}

/** @param {Way} way */
function tab({ id, label }) {
  return h("button", { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `panel-${id}` }, label);
}

/** @param {Rialto} rialto @param {Way} way */
function panel(rialto, way) {
  const fields = way.fields.map((field) => labelled(way.id, field));
  const problem = h("p", { class: "problem", role: "alert" });
  const button = h("button", { class: "primary", type: "submit" }, way.submit);

  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    event.preventDefault();
    fill(problem);
    for (const field of fields) field.complain(field.input.value.trim() ? "" : t.required);
    if (focusFirstRefused(fields)) return;
    button.disabled = true;
    fill(button, t.working);
    try {
      await way.act(rialto, Object.fromEntries(fields.map(({ name, input }) => [name, input.value])));
    } catch (error) {
      for (const { field: name, message } of error.errors ?? []) {
        fields.find((field) => field.name === name)?.complain(message);
      }
      if (!focusFirstRefused(fields)) fill(problem, error.message);
    } finally {
      button.disabled = false;
      fill(button, way.submit);
    }
  };

  const form = h("form", { novalidate: true, onsubmit: submit }, ...fields.map(({ element }) => element), problem, button);
  const attributes = { role: "tabpanel", id: `panel-${way.id}`, "aria-labelledby": `tab-${way.id}` };
  return h("div", attributes, way.hint && h("p", { class: "hint" }, way.hint), form);
}

/** @param {string} way @param {Field} field */
function labelled(way, { name, label, hint, type = "text", autocomplete }) {
  const id = `${way}-${name}`;
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
