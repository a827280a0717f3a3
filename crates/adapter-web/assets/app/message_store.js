/**
 * @typedef {import("../sdk/rialto.js").Message} Message
 * @typedef {{ nonce: string, content: string, at: string, state: "pending" | "failed", problem?: string }} Draft
 * @typedef {{ key: string, message: Message } | { key: string, draft: Draft }} Entry
 */

/**
 * The messages of one conversation as they are shown: those the server has, in its order, then those on
 * their way. Knows nothing of pages or sockets.
 *
 * A message first seen as a draft keeps the draft's key, so that it stays the same element on the page.
 */
export class MessageStore {
  /** @type {Message[]} by ordinal, those outside threads, none left out */
  #messages = [];
  /** @type {Map<string, string>} message id to the nonce it was sent with */
  #nonceOf = new Map();
  /** @type {Draft[]} in the order they were written */
  #drafts = [];
  #reachesStart = false;
  #me;
  #changed;

  /** @param {string} me the reader's id @param {() => void} [changed] called after each change */
  constructor(me, changed = () => {}) {
    this.#me = me;
    this.#changed = changed;
  }

  /** Whether nothing older is left to load. */
  get reachesStart() {
    return this.#reachesStart;
  }

  get isEmpty() {
    return this.#messages.length + this.#drafts.length === 0;
  }

  /** `seq` of the oldest message here. */
  get oldest() {
    return this.#messages[0]?.seq;
  }

  /** @returns {Entry[]} in the order to show them */
  entries() {
    return [
      ...this.#messages.map((message) => ({ key: this.#nonceOf.get(message.id) ?? message.id, message })),
      ...this.#drafts.map((draft) => ({ key: draft.nonce, draft })),
    ];
  }

  /** Drafts to send, oldest first. */
  pending() {
    return this.#drafts.filter((draft) => draft.state === "pending");
  }

  /** Takes in the newest page of history. @param {Message[]} page in any order @param {boolean} more whether there are older ones */
  showNewest(page, more) {
    const fresh = inOrder(page);
    const last = this.#messages.at(-1);
    if (!last || (fresh[0] && fresh[0].ordinal > last.ordinal + 1)) {
      // Too much was said meanwhile to join what is here: start from this page.
      this.#messages = [];
      this.#reachesStart = !more;
    }
    this.#merge(fresh);
  }

  /** Takes in a page of history before the oldest message. @param {Message[]} page @param {boolean} more */
  showOlder(page, more) {
    this.#reachesStart = !more;
    this.#merge(inOrder(page));
  }

  /** Takes in one new message. @param {Message} message */
  add(message) {
    // Events do not carry the nonce: one's own message belongs to the oldest draft of the same words.
    const own = message.sender.id === this.#me && !this.#nonceOf.has(message.id);
    const draft = own ? this.#drafts.find(({ content, state }) => state === "pending" && content === message.content) : undefined;
    this.#merge([draft ? { ...message, nonce: draft.nonce } : message]);
  }

  /** A message says something else now, or was taken back. One that is not here shows so when it is loaded. @param {Message} message */
  change(message) {
    this.#replace(message.id, (known) => ({ ...message, nonce: known.nonce }));
  }

  /** So many react to a message with an emoji now. @param {string} id @param {string} emoji @param {number} count */
  react(id, emoji, count) {
    this.#replace(id, (known) => ({ ...known, reactions: withCount(known.reactions ?? [], emoji, count) }));
  }

  /** @param {string} nonce @param {string} content @param {string} at @returns {Draft} */
  write(nonce, content, at) {
    /** @type {Draft} */
    const draft = { nonce, content, at, state: "pending" };
    this.#drafts.push(draft);
    this.#changed();
    return draft;
  }

  /** The server has stored what was sent with this nonce. @param {string} nonce @param {Message} message */
  settle(nonce, message) {
    this.#merge([{ ...message, nonce }], false);
  }

  /** @param {string} nonce @param {string} problem */
  fail(nonce, problem) {
    this.#update(nonce, { state: "failed", problem });
  }

  /** @param {string} nonce */
  retry(nonce) {
    this.#update(nonce, { state: "pending", problem: undefined });
  }

  /** @param {string} nonce */
  discard(nonce) {
    this.#drafts = this.#drafts.filter((draft) => draft.nonce !== nonce);
    this.#changed();
  }

  /** Forgets the oldest messages beyond `limit`. @param {number} limit */
  trim(limit) {
    if (this.#messages.length <= limit) return;
    this.#messages = this.#messages.slice(-limit);
    this.#reachesStart = false;
    this.#changed();
  }

  /** @param {Message[]} fresh in order @param {boolean} [isWhole] whether they came from the server as they are now */
  #merge(fresh, isWhole = true) {
    for (const message of fresh) {
      if (message.nonce) {
        this.#name(message.id, message.nonce);
        this.#drafts = this.#drafts.filter((draft) => draft.nonce !== message.nonce);
      }
      const known = this.#messages.findIndex(({ id }) => id === message.id);
      if (known >= 0 && isWhole) this.#messages[known] = message;
      if (known >= 0 || message.thread_root) continue;
      let place = this.#messages.length;
      while (place > 0 && this.#messages[place - 1].ordinal > message.ordinal) place -= 1;
      this.#messages.splice(place, 0, message);
    }
    this.#changed();
  }

  /** @param {string} id @param {(known: Message) => Message} change */
  #replace(id, change) {
    const place = this.#messages.findIndex((message) => message.id === id);
    if (place < 0) return;
    this.#messages[place] = change(this.#messages[place]);
    this.#changed();
  }

  /** A nonce stands for one message: a guess made by `add` gives way. @param {string} id @param {string} nonce */
  #name(id, nonce) {
    for (const [other, held] of this.#nonceOf) if (held === nonce && other !== id) this.#nonceOf.delete(other);
    this.#nonceOf.set(id, nonce);
  }

  /** @param {string} nonce @param {Partial<Draft>} change */
  #update(nonce, change) {
    this.#drafts = this.#drafts.map((draft) => (draft.nonce === nonce ? { ...draft, ...change } : draft));
    this.#changed();
  }
}

/** @param {import("../sdk/rialto.js").Reaction[]} reactions @param {string} emoji @param {number} count */
function withCount(reactions, emoji, count) {
  const others = reactions.some((reaction) => reaction.emoji === emoji)
    ? reactions.map((reaction) => (reaction.emoji === emoji ? { ...reaction, count } : reaction))
    : [...reactions, { emoji, count }];
  return others.filter((reaction) => reaction.count > 0);
}

/** @param {Message[]} page */
function inOrder(page) {
  return [...page].sort((a, b) => a.ordinal - b.ordinal);
}
