/**
 * The JavaScript client of Rialto: no build step, no dependencies, for browsers and Node 22 or newer.
 *
 *     import { Rialto } from "/sdk/rialto.js";
 *
 *     const rialto = new Rialto();
 *     await rialto.enterAsGuest("Ann");
 *     const socket = rialto.socket();
 *     socket.on("event", ({ stream, event, data }) => console.log(stream, event, data));
 *     socket.start();
 *     await socket.send(LOBBY, { content: "hi" });
 *
 * | module         | holds                                                     |
 * |----------------|-----------------------------------------------------------|
 * | `rest.js`      | requests, problems, the refresh of tokens                 |
 * | `session.js`   | who is signed in, kept over reloads and shared by tabs    |
 * | `socket.js`    | the WebSocket: connects again, resumes, fills holes       |
 * | `positions.js` | which events were seen, and what is missing               |
 * | `backoff.js`   | how long to wait before the next attempt                  |
 */

import { Rest } from "./rest.js";
import { Session } from "./session.js";
import { RialtoSocket } from "./socket.js";

export { RialtoError } from "./problem.js";
export { newNonce } from "./nonce.js";
export { RialtoSocket, Session };

/** The channel everyone is in. */
export const LOBBY = "00000000-0000-7000-8000-000000000001";

/**
 * @typedef {{ id: string, username: string, display_name: string, avatar_url: string | null }} Profile
 * @typedef {Profile & { bio: string, role: "admin" | "member" | "guest", online: boolean,
 *   last_seen_at: string | null, created_at: string, email?: string }} User
 * @typedef {{ emoji: string, count: number, mine?: boolean }} Reaction
 * @typedef {{ id: string, conversation_id: string, seq: number, ordinal: number, sender: Profile, content: string | null,
 *   reply_to: string | null, thread_root?: string | null, reactions?: Reaction[], pinned?: boolean, edited_at?: string | null,
 *   deleted_at?: string | null, created_at: string, nonce?: string }} Message
 * @typedef {{ asset_id: string, symbol: string, name: string, price: string, currency: string,
 *   change_percent_24h: string | null, provider: string, observed_at: string, stale: boolean }} Quote
 */

/**
 * @template T
 * @typedef {{ items: T[], next_cursor: string | null }} List
 */

/** One server and one person on it. */
export class Rialto {
  /**
   * @param {object} [options]
   * @param {string} [options.base] address of the server; the page's own unless given
   * @param {Session} [options.session] where tokens are kept; in `localStorage` unless given
   */
  constructor({ base = globalThis.location?.origin ?? "", session = new Session() } = {}) {
    this.base = base.replace(/\/$/, "");
    this.session = session;
    this.rest = new Rest(this.base, session);
  }

  /**
   * Makes an account and signs in.
   * @param {{ username: string, email: string, password: string, invitation?: string }} account
   */
  register(account) {
    return this.#signIn("auth/register", account);
  }

  /**
   * Makes the first admin and signs in, with the token of the set-up link.
   * @param {{ token: string, username: string, email: string, password: string }} account
   */
  setUp(account) {
    return this.#signIn("auth/setup", account);
  }

  /**
   * Signs in with a username or e-mail address. An account with a second factor asks for the `code` by `totp_required`.
   * @param {{ login: string, password: string, code?: string }} credentials
   */
  logIn(credentials) {
    return this.#signIn("auth/login", credentials);
  }

  /**
   * Comes in without an account.
   * @param {string} name the name people will see
   */
  enterAsGuest(name) {
    return this.#signIn("auth/guest", { name });
  }

  /**
   * Makes the guest who is in a member: the same user, with their messages, and sockets stay open.
   * @param {{ username: string, email: string, password: string, display_name?: string, invitation?: string }} account
   * @returns {Promise<User>}
   */
  async becomeMember(account) {
    await this.rest.trade("auth/upgrade", account);
    return this.session.user;
  }

  /**
   * Has a mail sent that sets the password of the account of an address anew, if there is one.
   * @param {string} email
   */
  async forgotPassword(email) {
    await this.rest.post("auth/password/forgot", { email }, { anonymous: true });
  }

  /**
   * Sets a password anew with the token of a mail. Every session of the account ends.
   * @param {string} token
   * @param {string} password
   */
  async resetPassword(token, password) {
    await this.rest.post("auth/password/reset", { token, new_password: password }, { anonymous: true });
  }

  /** Ends the session, on the server when it can be reached, and here in any case. */
  async logOut() {
    try {
      await this.rest.post("auth/logout");
    } finally {
      this.session.clear("signed_out");
    }
  }

  /** @returns {Promise<User>} oneself */
  me() {
    return this.rest.get("auth/me");
  }

  /** @param {string} id @returns {Promise<User>} */
  user(id) {
    return this.rest.get(`users/${encodeURIComponent(id)}`);
  }

  /**
   * A page of history: newest first, or as `after` and `around` say.
   * @param {string} conversation
   * @param {{ before?: number, after?: number, around?: number, cursor?: string, limit?: number }} [query]
   * @returns {Promise<List<Message>>}
   */
  messages(conversation, query = {}) {
    return this.rest.get(`conversations/${encodeURIComponent(conversation)}/messages`, query);
  }

  /**
   * Who is in a conversation, in order of joining.
   * @param {string} conversation
   * @param {{ cursor?: string, limit?: number }} [query]
   * @returns {Promise<List<{ user: Profile, role: string, joined_at: string }>>}
   */
  members(conversation, query = {}) {
    return this.rest.get(`conversations/${encodeURIComponent(conversation)}/members`, query);
  }

  /**
   * Quotes of the assets with the greatest market capitalisation.
   * @param {number} [limit]
   * @returns {Promise<List<Quote>>}
   */
  popular(limit = 10) {
    return this.rest.get("crypto/popular", { limit });
  }

  /** A socket for this person; call `start()` on it. */
  socket() {
    const address = `${this.base.replace(/^http/, "ws")}/ws`;
    return new RialtoSocket({ address, token: (options) => this.rest.freshToken(options) });
  }

  /** @param {string} path @param {object} body @returns {Promise<User>} */
  async #signIn(path, body) {
    const answer = await this.rest.post(path, body, { anonymous: true });
    this.session.adopt(answer);
    return answer.user;
  }
}
