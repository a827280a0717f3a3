import { fill, h } from "./dom.js";
import { ACCOUNT, form } from "./form.js";
import { takeFromFragment } from "./fragment.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

/**
 * @typedef {import("../sdk/rialto.js").Rialto} Rialto
 * @typedef {{ id: string, label: string, hint?: string, fields: import("./form.js").Field[], submit: string,
 *   act: (rialto: Rialto, values: any) => Promise<unknown>, more?: (rialto: Rialto) => HTMLElement }} Way
 */

/** The token of the link that led here, if it was an invitation. */
export const invitation = takeFromFragment("invitation") ?? undefined;

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
      { name: "code", label: t.code, hint: t.code_hint, autocomplete: "one-time-code", askedBy: "totp_required" },
    ],
    submit: t.sign_in,
    act: (rialto, values) => rialto.logIn(values),
    more: forgotten,
  },
  {
    id: "register",
    label: t.register,
    hint: invitation && t.invited,
    fields: ACCOUNT,
    submit: t.create,
    act: (rialto, values) => rialto.register({ ...values, invitation }),
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
  choose(invitation ? WAYS.findIndex((way) => way.id === "register") : 0);

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
function panel(rialto, { id, hint, fields, submit, act, more }) {
  const attributes = { role: "tabpanel", id: `panel-${id}`, "aria-labelledby": `tab-${id}` };
  const body = form({ id, fields, submit, act: (values) => act(rialto, values) });
  return h("div", attributes, hint && h("p", { class: "hint" }, hint), body, more?.(rialto));
}

/** For who has forgotten the password. @param {Rialto} rialto */
function forgotten(rialto) {
  const inside = h("div", {});
  const act = async (/** @type {{ email: string }} */ { email }) => {
    await rialto.forgotPassword(email);
    fill(inside, h("p", { role: "status" }, t.link_sent));
  };
  const field = { name: "email", label: t.email, type: "email", autocomplete: "email" };
  fill(
    inside,
    h("p", { class: "hint" }, t.forgot_password_hint),
    form({ id: "forgotten", fields: [field], submit: t.send_link, act }),
  );
  return h("details", { class: "forgotten" }, h("summary", {}, t.forgot_password), inside);
}
