import { Rialto } from "/sdk/rialto.js";
import { fill, h } from "./dom.js";
import { form } from "./form.js";
import { language, t } from "./i18n.js";
import { icon } from "./icons.js";

/** Sets a forgotten password anew. The token stands behind the `#` of the address, so that no server's log holds it. */

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const token = new URLSearchParams(location.hash.slice(1)).get("token");

document.documentElement.lang = language;
document.title = `${t.new_password} – ${t.title}`;
// Out of the address and the history: what is seen over a shoulder, or gone back to, opens nothing.
history.replaceState(null, "", location.pathname);

if (token) ask(token);
else say(t.reset_link_incomplete);

/** @param {string} token */
function ask(token) {
  const rialto = new Rialto();
  const field = { label: t.new_password, hint: t.password_hint, type: "password", autocomplete: "new-password" };
  const body = form({
    id: "reset",
    fields: [{ name: "new_password", ...field }],
    submit: t.set_password,
    act: async (values) => {
      // Whoever is signed in here may be somebody else, and stays; the account's own sessions have ended.
      await rialto.resetPassword(token, values.new_password);
      say(t.password_is_set);
    },
  });
  fill(root, brand(), h("h1", {}, t.new_password), h("section", { class: "card" }, body));
  body.querySelector("input")?.focus();
}

/** @param {string} words */
function say(words) {
  fill(root, brand(), h("h1", {}, t.new_password), h("p", { role: "status" }, words), h("p", {}, h("a", { href: "/" }, t.to_sign_in)));
}

function brand() {
  return h("p", { class: "brand brand-large" }, icon("bridge"), t.title);
}
