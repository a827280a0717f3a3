import { LOBBY } from "/sdk/rialto.js";
import { Banner } from "./banner.js";
import { BecomeMember } from "./become_member.js";
import { Composer } from "./composer.js";
import { fill, h } from "./dom.js";
import { face } from "./face.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { LogView } from "./log_view.js";
import { MessageStore } from "./message_store.js";
import { Outbox } from "./outbox.js";
import { PeopleStore } from "./people_store.js";
import { PeopleView } from "./people_view.js";
import { Presence } from "./presence.js";
import { Ticker } from "./ticker.js";

/** @typedef {import("../sdk/rialto.js").Rialto} Rialto */

const STREAM = `c:${LOBBY}`;

/** Messages in one page of history. */
const PAGE = 50;

/** Messages kept on the page while the reader follows the newest; older ones load again on the way up. */
const KEPT = 500;

/** The page for those who are in. It lives until `close()`. */
export class LobbyPage {
  #rialto;
  #socket;
  #messages;
  #people;
  #log;
  #peopleView;
  #ticker;
  #banner;
  #becomeMember;
  #loaded = false;
  #typing = h("p", { class: "typing" });
  #typingTimer = 0;

  /** @param {Rialto} rialto */
  constructor(rialto) {
    const me = rialto.session.user;
    this.#rialto = rialto;
    this.#socket = rialto.socket();
    this.#messages = new MessageStore(me.id, () => this.#log.draw());
    this.#people = new PeopleStore(() => this.#peopleView.draw());
    const outbox = new Outbox(this.#socket, this.#messages, LOBBY, me);
    this.#log = new LogView(this.#messages, me, {
      retry: (nonce) => outbox.retry(nonce),
      discard: (nonce) => this.#messages.discard(nonce),
      older: () => this.#loadOlder(),
    });
    this.#peopleView = new PeopleView(this.#people, me.id);
    this.#ticker = new Ticker(rialto, this.#socket);
    this.#banner = new Banner(this.#socket);
    this.#becomeMember = new BecomeMember(rialto);
    const presence = new Presence(rialto, this.#socket, this.#people, LOBBY);
    const composer = new Composer(me.id, {
      send: (content) => {
        outbox.write(content);
        this.#log.follow();
      },
      typing: () => this.#socket.typing(LOBBY),
    });
    this.element = this.#page(me, composer);
    this.#people.meet([me]);
    this.#listen(me, presence);
  }

  open() {
    this.#ticker.start();
    this.#socket.start();
  }

  close() {
    this.#ticker.stop();
    this.#banner.stop();
    clearTimeout(this.#typingTimer);
    this.#socket.stop();
  }

  /** Whoever is here is not a guest any more; everything else goes on. */
  becameMember() {
    this.#becomeMember.retire();
  }

  /** @param {any} me @param {Presence} presence */
  #listen(me, presence) {
    this.#socket
      .on("state", ({ state }) => {
        this.#log.setConnected(state === "online");
        // The past is worth reading even while there is no live connection.
        if (state === "waiting" && !this.#loaded) this.#loadNewest();
      })
      .on("anew", ({ stream }) => stream === STREAM && this.#loadNewest())
      .on("event", ({ stream, event, data }) => {
        if (stream !== STREAM) return;
        if (event === "message.created" && !data.thread_root) this.#received(data);
        if (event === "message.edited" || event === "message.deleted") this.#messages.change(data);
        if (event === "reaction.added" || event === "reaction.removed") this.#messages.react(data.message_id, data.emoji, data.count);
        if (event === "member.added") this.#people.meet([data.user]);
      })
      .on("signal", ({ stream, signal, data }) => {
        if (stream !== STREAM || signal !== "typing" || data.user_id === me.id) return;
        this.#people.wrote(data.user_id, Date.now() + data.ttl_ms);
        presence.learnAbout(data.user_id);
        this.#drawTyping();
      })
      // The token is not taken, or the account is banned: the other refusals leave the session as it is.
      .on("refused", ({ code }) => (code === 4401 || code === 4403) && this.#rialto.session.clear("ended"));
  }

  /** @param {import("../sdk/rialto.js").Message} message */
  #received(message) {
    this.#people.meet([message.sender]);
    this.#people.stopped(message.sender.id);
    this.#drawTyping();
    this.#messages.add(message);
    if (this.#log.isFollowing) this.#messages.trim(KEPT);
  }

  async #loadNewest() {
    try {
      const { items, next_cursor } = await this.#rialto.messages(LOBBY, { limit: PAGE });
      this.#loaded = true;
      this.#people.meet(items.map(({ sender }) => sender));
      this.#messages.showNewest(items, next_cursor !== null);
    } catch (error) {
      if (error.retry && this.#socket.state === "online") setTimeout(() => this.#loadNewest(), error.retryAfter ?? 2000);
    }
  }

  async #loadOlder() {
    const { items, next_cursor } = await this.#rialto.messages(LOBBY, { before: this.#messages.oldest, limit: PAGE });
    this.#people.meet(items.map(({ sender }) => sender));
    this.#messages.showOlder(items, next_cursor !== null);
  }

  #drawTyping() {
    const names = this.#people.typing(Date.now());
    fill(this.#typing, names.length > 0 && h("span", { class: "typing-dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")));
    if (names.length) this.#typing.append(t.typing(names));
    clearTimeout(this.#typingTimer);
    if (names.length) this.#typingTimer = setTimeout(() => this.#drawTyping(), 1000);
  }

  /** @param {any} me @param {Composer} composer */
  #page(me, composer) {
    return h(
      "div",
      { class: "shell" },
      h("a", { class: "skip", href: "#log" }, t.skip),
      h(
        "header",
        { class: "bar" },
        h("p", { class: "brand" }, icon("bridge"), h("span", {}, t.title)),
        this.#banner.indicator,
        h("span", { class: "grow" }),
        h("a", { class: "docs-link", href: "/docs" }, t.api_docs),
        h(
          "span",
          { class: "me" },
          face(me),
          h("span", { class: "visually-hidden" }, `${t.signed_in_as} `),
          h("bdi", { class: "me-name" }, me.display_name),
        ),
        this.#becomeMember.button,
        h(
          "button",
          { class: "quiet sign-out", type: "button", "aria-label": t.sign_out, title: t.sign_out, onclick: () => this.#rialto.logOut().catch(() => {}) },
          icon("leave"),
        ),
      ),
      this.#banner.element,
      this.#ticker.element,
      h(
        "main",
        { class: "chat", "aria-labelledby": "lobby-title" },
        h(
          "header",
          { class: "chat-head" },
          h("h1", { id: "lobby-title" }, icon("chat"), t.lobby),
          h("p", { class: "muted topic" }, t.lobby_topic),
          this.#peopleView.toggle,
        ),
        this.#log.element,
        this.#typing,
        composer.element,
      ),
      this.#peopleView.element,
      this.#becomeMember.dialog,
    );
  }
}
