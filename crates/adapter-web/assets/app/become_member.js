import { fill, h } from "./dom.js";
import { ACCOUNT, form } from "./form.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { invitation } from "./sign_in.js";

/** How a guest becomes a member: a button in the header, and the form that it opens. */
export class BecomeMember {
  /** @param {import("../sdk/rialto.js").Rialto} rialto */
  constructor(rialto) {
    this.button = h(
      "button",
      { class: "quiet become-member", type: "button", hidden: rialto.session.user.role !== "guest", title: t.become_member, onclick: () => this.dialog.showModal() },
      icon("join"),
      h("span", { class: "become-member-words" }, t.become_member),
    );
    this.dialog = h("dialog", { class: "card dialog", "aria-labelledby": "become-member-title" });
    const act = async (/** @type {any} */ account) => this.#welcome(await rialto.becomeMember({ ...account, invitation }));
    fill(
      this.dialog,
      title(),
      h("p", { class: "hint" }, t.become_member_hint),
      form({ id: "become-member", fields: ACCOUNT, submit: t.become_member, act }),
      this.#closing(t.not_now, "quiet"),
    );
  }

  /** There is no guest any more. */
  retire() {
    this.button.hidden = true;
  }

  /** @param {import("../sdk/rialto.js").User} member */
  #welcome({ username }) {
    const close = this.#closing(t.done, "primary");
    fill(this.dialog, title(), h("p", { role: "status" }, t.now_member(username)), close);
    close.focus();
  }

  /** @param {string} words @param {string} kind */
  #closing(words, kind) {
    return h("button", { class: kind, type: "button", onclick: () => this.dialog.close() }, words);
  }
}

function title() {
  return h("h2", { id: "become-member-title" }, t.become_member);
}
