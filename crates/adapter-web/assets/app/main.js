import { Rialto } from "/sdk/rialto.js";
import { h } from "./dom.js";
import { language, t } from "./i18n.js";
import { LobbyPage } from "./lobby.js";
import { signInPage } from "./sign_in.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const rialto = new Rialto();
/** @type {LobbyPage | null} */
let lobby = null;

document.documentElement.lang = language;
document.title = t.title;

/** Shows the lobby to those who are in, else the ways in. @param {string} [notice] */
function show(notice) {
  lobby?.close();
  lobby = null;
  if (!rialto.session.user) {
    root.replaceChildren(signInPage(rialto, notice));
    return;
  }
  lobby = new LobbyPage(rialto);
  root.replaceChildren(lobby.element);
  lobby.open();
}

rialto.session.addEventListener("change", (event) => {
  const { reason } = /** @type {CustomEvent} */ (event).detail;
  if (reason === "refreshed") return;
  if (reason === "upgraded") return lobby?.becameMember();
  show(reason === "ended" ? t.session_ended : undefined);
});

addEventListener("unhandledrejection", () => {
  if (!document.querySelector(".script-problem")) {
    document.body.prepend(h("p", { class: "notice script-problem", role: "alert" }, t.script_failed));
  }
});

show();
