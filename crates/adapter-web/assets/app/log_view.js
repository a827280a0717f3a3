import { arrange, h } from "./dom.js";
import { face } from "./face.js";
import { dayKey, dayName, fullTimeOf, timeOf } from "./format.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

/**
 * @typedef {import("./message_store.js").MessageStore} MessageStore
 * @typedef {import("./message_store.js").Entry} Entry
 * @typedef {import("../sdk/rialto.js").Profile} Profile
 */

/** Messages of one person within this time stand together, in milliseconds. */
const TOGETHER = 5 * 60_000;

/** How near to an edge counts as being there, in pixels. */
const NEAR = 80;

/** The list of messages: day separators, groups by sender, drafts with their state, and where the reader is. */
export class LogView {
  #store;
  #me;
  #actions;
  /** @type {Map<string, { version: string, element: HTMLElement }>} */
  #rows = new Map();
  #following = true;
  #loading = false;
  #connected = false;

  /**
   * @param {MessageStore} store
   * @param {Profile} me
   * @param {{ retry: (nonce: string) => void, discard: (nonce: string) => void, older: () => Promise<void> }} actions
   */
  constructor(store, me, actions) {
    this.#store = store;
    this.#me = me;
    this.#actions = actions;
    // These stay: a button that is made anew loses the keyboard's focus.
    this.older = h("button", { type: "button", class: "quiet", hidden: true, onclick: () => this.#loadOlder() }, t.load_older);
    this.edge = h("p", { class: "muted" });
    this.top = h("div", { class: "log-top" }, this.older, this.edge);
    this.list = h("ol", { class: "log-list" });
    const log = { class: "log", id: "log", role: "log", "aria-label": t.messages, "aria-live": "polite", tabindex: "0" };
    this.log = h("div", { ...log, onscroll: () => this.#scrolled() }, this.top, this.list);
    this.jump = h("button", { class: "jump", type: "button", hidden: true, onclick: () => this.follow() }, icon("down"), t.newer);
    this.element = h("div", { class: "log-frame" }, this.log, this.jump);
    // A window that changes its size must not lose the newest message.
    new ResizeObserver(() => this.#following && this.#toEnd()).observe(this.log);
  }

  /** Goes to the newest message and stays there. */
  follow() {
    this.#following = true;
    this.jump.hidden = true;
    this.#toEnd();
  }

  get isFollowing() {
    return this.#following;
  }

  /** @param {boolean} connected */
  setConnected(connected) {
    this.#connected = connected;
    this.draw();
  }

  /** Shows what the store holds. */
  draw() {
    const entries = this.#store.entries();
    const last = this.#rows.size ? entries.at(-1) : undefined;
    const isNew = last !== undefined && !this.#rows.has(last.key);
    arrange(this.list, this.#elements(entries));
    this.#drawTop();
    if (this.#following) this.#toEnd();
    else if (isNew && !this.#loading) this.jump.hidden = false;
  }

  /** @param {Entry[]} entries */
  #elements(entries) {
    const elements = [];
    const used = new Set();
    let day = "";
    let before = { sender: "", at: 0 };
    for (const entry of entries) {
      const at = new Date("message" in entry ? entry.message.created_at : entry.draft.at);
      const sender = "message" in entry ? entry.message.sender : this.#me;
      if (dayKey(at) !== day) {
        day = dayKey(at);
        const key = `day ${day}`;
        used.add(key);
        elements.push(this.#row(key, dayName(at), () => daySeparator(at)));
        before = { sender: "", at: 0 };
      }
      const first = sender.id !== before.sender || at.getTime() - before.at > TOGETHER;
      before = { sender: sender.id, at: at.getTime() };
      used.add(entry.key);
      const state = "message" in entry ? versionOf(entry.message) : `${entry.draft.state} ${entry.draft.problem} ${this.#connected}`;
      elements.push(this.#row(entry.key, `${first} ${sender.display_name} ${state}`, () => this.#message(entry, sender, at, first)));
    }
    for (const key of this.#rows.keys()) if (!used.has(key)) this.#rows.delete(key);
    return elements;
  }

  /** @param {string} key @param {string} version @param {() => HTMLElement} make */
  #row(key, version, make) {
    const known = this.#rows.get(key);
    if (known?.version === version) return known.element;
    const element = make();
    known?.element.replaceWith(element);
    this.#rows.set(key, { version, element });
    return element;
  }

  /** @param {Entry} entry @param {Profile} sender @param {Date} at @param {boolean} first */
  #message(entry, sender, at, first) {
    const own = sender.id === this.#me.id;
    const draft = "draft" in entry ? entry.draft : null;
    const message = "message" in entry ? entry.message : null;
    const content = "draft" in entry ? entry.draft.content : (entry.message.content ?? h("em", { class: "muted" }, t.deleted));
    const kind = `message${own ? " own" : ""}${first ? " first" : ""}${draft ? ` ${draft.state}` : ""}`;
    return h(
      "li",
      { class: kind },
      first && !own && face(sender),
      h(
        "div",
        { class: "message-body" },
        h(
          "p",
          { class: first ? "message-head" : "visually-hidden" },
          h("span", { class: "sender" }, h("bdi", {}, sender.display_name), own && h("span", { class: "muted" }, ` (${t.you})`)),
          " ",
          h("time", { datetime: at.toISOString(), title: fullTimeOf(at) }, timeOf(at)),
        ),
        h(
          "p",
          { class: "content", dir: "auto", title: fullTimeOf(at) },
          content,
          message?.edited_at && !message.deleted_at && h("span", { class: "edited muted" }, ` (${t.edited})`),
        ),
        message && reactions(message),
        draft && this.#draftState(draft),
      ),
    );
  }

  /** @param {import("./message_store.js").Draft} draft */
  #draftState(draft) {
    if (draft.state === "pending") {
      return h("p", { class: "draft-state" }, icon("clock"), this.#connected ? t.sending : t.waiting_for_connection);
    }
    return h(
      "p",
      { class: "draft-state" },
      icon("warning"),
      h("span", {}, `${t.not_sent} ${draft.problem ?? ""}`),
      h("button", { type: "button", class: "link", onclick: () => this.#actions.retry(draft.nonce) }, t.retry),
      h("button", { type: "button", class: "link", onclick: () => this.#actions.discard(draft.nonce) }, t.discard),
    );
  }

  #drawTop() {
    const { reachesStart, isEmpty } = this.#store;
    this.older.hidden = reachesStart || isEmpty;
    this.older.setAttribute("aria-disabled", String(this.#loading));
    this.older.textContent = this.#loading ? t.loading : t.load_older;
    this.edge.textContent = reachesStart ? (isEmpty ? t.empty : t.beginning) : "";
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    this.#following = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.#following) this.jump.hidden = true;
    if (scrollTop < NEAR) this.#loadOlder();
  }

  async #loadOlder() {
    if (this.#loading || this.#store.reachesStart || this.#store.isEmpty) return;
    this.#loading = true;
    this.#drawTop();
    // Old messages are no news: they are not announced.
    this.log.setAttribute("aria-live", "off");
    const below = this.log.scrollHeight - this.log.scrollTop;
    try {
      await this.#actions.older();
    } catch {
      // The button stays, for another try.
    }
    this.#loading = false;
    this.draw();
    if (!this.#following) this.log.scrollTop = this.log.scrollHeight - below;
    setTimeout(() => this.log.setAttribute("aria-live", "polite"), 500);
  }

  #toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }
}

/** What of a message can change. @param {import("../sdk/rialto.js").Message} message */
function versionOf({ id, edited_at, deleted_at, reactions = [] }) {
  return [id, edited_at, deleted_at, ...reactions.map(({ emoji, count }) => `${emoji}${count}`)].join(" ");
}

/** @param {import("../sdk/rialto.js").Message} message */
function reactions({ reactions = [] }) {
  if (reactions.length === 0) return false;
  const list = reactions.map(({ emoji, count }) => h("li", {}, emoji, " ", h("span", { class: "muted" }, String(count))));
  return h("ul", { class: "reactions", "aria-label": t.reactions }, ...list);
}

/** @param {Date} at */
function daySeparator(at) {
  return h("li", { class: "day" }, h("h3", {}, dayName(at)));
}
