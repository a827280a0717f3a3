import { newNonce } from "/sdk/rialto.js";

/**
 * @typedef {import("../sdk/rialto.js").RialtoSocket} RialtoSocket
 * @typedef {import("./message_store.js").MessageStore} MessageStore
 * @typedef {import("./message_store.js").Draft} Draft
 * @typedef {import("../sdk/rialto.js").Profile} Profile
 */

/**
 * Sends what is written, in order, and again after the connection was lost: the nonce makes that safe.
 * What the server refuses for good is marked as failed and left to the reader.
 */
export class Outbox {
  #socket;
  #store;
  #conversation;
  #me;
  #sending = new Set();

  /** @param {RialtoSocket} socket @param {MessageStore} store @param {string} conversation @param {Profile} me */
  constructor(socket, store, conversation, me) {
    this.#socket = socket;
    this.#store = store;
    this.#conversation = conversation;
    this.#me = me;
    socket.on("ready", () => this.#flush());
  }

  /** @param {string} content */
  write(content) {
    this.#send(this.#store.write(newNonce(), content, new Date().toISOString()));
  }

  /** @param {string} nonce */
  retry(nonce) {
    this.#store.retry(nonce);
    this.#flush();
  }

  #flush() {
    for (const draft of this.#store.pending()) this.#send(draft);
  }

  /** @param {Draft} draft */
  async #send({ nonce, content }) {
    if (this.#socket.state !== "online" || this.#sending.has(nonce)) return;
    this.#sending.add(nonce);
    try {
      const sent = await this.#socket.send(this.#conversation, { content, nonce });
      this.#store.settle(nonce, {
        id: sent.message_id,
        conversation_id: this.#conversation,
        seq: sent.seq,
        ordinal: sent.ordinal,
        sender: this.#me,
        content,
        reply_to: null,
        created_at: sent.at,
      });
    } catch (error) {
      if (error.code === "rate_limited") setTimeout(() => this.#flush(), error.retryAfter ?? 1000);
      else if (error.code !== "disconnected") this.#store.fail(nonce, error.message);
    } finally {
      this.#sending.delete(nonce);
    }
  }
}
