import { Rialto } from "/sdk/rialto.js";
import { h } from "./dom.js";
import { ACCOUNT, form } from "./form.js";
import { takeFromFragment } from "./fragment.js";
import { language, t } from "./i18n.js";
import { icon } from "./icons.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const rialto = new Rialto();
const token = takeFromFragment("token");

document.documentElement.lang = language;
document.title = `${t.set_up} – ${t.title}`;

/** Makes the first admin, who goes on to the lobby. @param {any} account */
async function act(account) {
  await rialto.setUp({ token, ...account });
  location.replace("/");
}

root.replaceChildren(
  h(
    "main",
    { class: "welcome" },
    h(
      "div",
      { class: "welcome-words" },
      h("p", { class: "brand brand-large" }, icon("bridge"), t.title),
      h("h1", {}, t.set_up),
      h("p", {}, t.set_up_hint),
    ),
    h(
      "section",
      { class: "card", "aria-label": t.set_up },
      token
        ? form({ id: "setup", fields: ACCOUNT, submit: t.set_up_submit, act })
        : h("p", { class: "notice", role: "alert" }, t.set_up_no_token),
    ),
  ),
);
