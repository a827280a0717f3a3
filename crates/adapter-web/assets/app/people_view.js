import { fill, h } from "./dom.js";
import { face } from "./face.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

/** @typedef {import("./people_store.js").PeopleStore} PeopleStore */

/** Who is online; on a small screen it opens from a button that tells how many. */
export class PeopleView {
  #store;
  #me;

  /** @param {PeopleStore} store @param {string} me the reader's id */
  constructor(store, me) {
    this.#store = store;
    this.#me = me;
    this.count = h("span", { class: "count" });
    this.list = h("ul", { class: "people-list" });
    this.element = h(
      "section",
      { class: "people", id: "people", "aria-labelledby": "people-title" },
      h("header", {}, h("h2", { id: "people-title" }, icon("people"), t.people), this.count),
      this.list,
    );
    this.toggleCount = h("span");
    this.toggle = h(
      "button",
      { class: "quiet people-toggle", type: "button", "aria-expanded": "false", "aria-controls": "people", onclick: () => this.#open() },
      icon("people"),
      this.toggleCount,
    );
  }

  draw() {
    const online = this.#store.online();
    const words = this.#store.isCurrent ? t.online_count(online.length) : "…";
    this.count.textContent = words;
    this.toggleCount.textContent = words;
    const nobody = h("li", { class: "muted" }, this.#store.isCurrent ? t.nobody_online : t.online_unknown);
    fill(this.list, ...(online.length ? online.map((profile) => this.#person(profile)) : [nobody]));
  }

  /** @param {import("../sdk/rialto.js").Profile} profile */
  #person(profile) {
    const own = profile.id === this.#me;
    return h(
      "li",
      { class: "person" },
      face(profile),
      h("span", { class: "person-name" }, h("bdi", {}, profile.display_name), own && h("span", { class: "muted" }, ` (${t.you})`)),
    );
  }

  #open() {
    const open = this.toggle.getAttribute("aria-expanded") !== "true";
    this.toggle.setAttribute("aria-expanded", String(open));
    this.element.classList.toggle("open", open);
  }
}
