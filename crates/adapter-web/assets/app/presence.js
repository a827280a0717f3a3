/**
 * @typedef {import("../sdk/rialto.js").Rialto} Rialto
 * @typedef {import("../sdk/rialto.js").RialtoSocket} RialtoSocket
 * @typedef {import("./people_store.js").PeopleStore} PeopleStore
 */

/** How many members are asked about on arrival; beyond that, people show as they come and go. */
const MOST = 1000;
const PAGE = 100;

/** Keeps the store of people up to date over one conversation: who is a member, who is online. */
export class Presence {
  #rialto;
  #socket;
  #people;
  #conversation;
  #asked = new Set();

  /** @param {Rialto} rialto @param {RialtoSocket} socket @param {PeopleStore} people @param {string} conversation */
  constructor(rialto, socket, people, conversation) {
    this.#rialto = rialto;
    this.#socket = socket;
    this.#people = people;
    this.#conversation = conversation;
    socket.subscribe(["x:presence"]);
    socket.on("ready", () => this.#lookAround());
    socket.on("state", ({ state }) => state === "waiting" && people.loseSight());
    socket.on("signal", ({ signal, data }) => {
      if (signal !== "presence") return;
      people.see([data]);
      if (data.online) this.learnAbout(data.user_id);
    });
  }

  /** Reads the name of someone who is seen for the first time. @param {string} id */
  learnAbout(id) {
    if (this.#people.knows(id) || this.#asked.has(id)) return;
    this.#asked.add(id);
    this.#rialto.user(id).then(
      (user) => this.#people.meet([user]),
      () => this.#asked.delete(id),
    );
  }

  async #lookAround() {
    try {
      let cursor;
      for (let seen = 0; seen < MOST; seen += PAGE) {
        const { items, next_cursor } = await this.#rialto.members(this.#conversation, { limit: PAGE, cursor });
        const profiles = items.map(({ user }) => user);
        this.#people.meet(profiles);
        if (profiles.length) this.#people.see((await this.#socket.presence(profiles.map(({ id }) => id))).users);
        if (!next_cursor) return;
        cursor = next_cursor;
      }
    } catch (error) {
      if (error.code === "rate_limited") setTimeout(() => this.#lookAround(), error.retryAfter ?? 5000);
    }
  }
}
