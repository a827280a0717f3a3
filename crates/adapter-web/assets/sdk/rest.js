import { RialtoError } from "./problem.js";

/** @typedef {import("./session.js").Session} Session */

/** Tokens are renewed when they are good for less than this, in milliseconds. */
const NEARLY_EXPIRED = 30_000;

/** Requests to `/api/v1`, with the session's token and its refresh. */
export class Rest {
  #base;
  #session;
  /** @type {Promise<void> | null} */
  #refreshing = null;

  /** @param {string} base @param {Session} session */
  constructor(base, session) {
    this.#base = base;
    this.#session = session;
  }

  /** @param {string} path @param {Record<string, string | number | undefined>} [query] @returns {Promise<any>} */
  get(path, query = {}) {
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
    return this.#ask("GET", search.size ? `${path}?${search}` : path);
  }

  /**
   * @param {string} path
   * @param {object} [body]
   * @param {{ anonymous?: boolean }} [options]
   * @returns {Promise<any>}
   */
  post(path, body, options) {
    return this.#ask("POST", path, body, options);
  }

  /**
   * An access token that is good for a while.
   * @param {{ renew?: boolean }} [options] `renew` when the server has refused the present one
   */
  async freshToken({ renew = false } = {}) {
    if (renew || this.#session.expiresIn < NEARLY_EXPIRED) await this.#refresh(this.#session.accessToken);
    if (!this.#session.accessToken) throw new RialtoError({ code: "signed_out", message: "Signed out.", status: 401 });
    return this.#session.accessToken;
  }

  /**
   * Makes a guest a member by a call that answers the session's next tokens. No refresh runs meanwhile: it
   * would use the token that this call replaces, and using a token twice ends the session.
   * @param {string} path
   * @param {object} body
   */
  async trade(path, body) {
    await this.freshToken();
    await this.#refreshing?.catch(() => {});
    const trading = alone("rialto.refresh", async () => {
      this.#session.reread();
      this.#session.upgrade(await this.#once("POST", path, body, this.#session.accessToken));
    });
    const settled = trading.catch(() => {}).finally(() => {
      if (this.#refreshing === settled) this.#refreshing = null;
    });
    this.#refreshing = settled;
    await trading;
  }

  /** @param {string} method @param {string} path @param {object} [body] @param {{ anonymous?: boolean }} [options] */
  async #ask(method, path, body, { anonymous = false } = {}) {
    if (anonymous || !this.#session.accessToken) return this.#once(method, path, body, null);
    const token = await this.freshToken();
    try {
      return await this.#once(method, path, body, token);
    } catch (error) {
      if (error.status !== 401) throw error;
      await this.#refresh(token);
      return this.#once(method, path, body, this.#session.accessToken);
    }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object | undefined} body
   * @param {string | null} token
   * @param {Record<string, string>} [more] headers
   */
  async #once(method, path, body, token, more = {}) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json", ...more };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body) headers["Content-Type"] = "application/json";
    const address = `${this.#base}/api/v1/${path}`;
    const options = { method, headers, body: body && JSON.stringify(body), cache: /** @type {const} */ ("no-store") };
    const response = await fetch(address, options).catch(() => Promise.reject(RialtoError.unreachable()));
    if (!response.ok) throw await RialtoError.fromResponse(response);
    return response.status === 204 ? undefined : response.json().catch(() => undefined);
  }

  /** Renews the tokens, unless someone has done so since `used`. @param {string | null} used */
  #refresh(used) {
    this.#refreshing ??= alone("rialto.refresh", () => this.#refreshNow(used)).finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  /** @param {string | null} used */
  async #refreshNow(used) {
    // A refresh token works once, and using it again ends the session: another tab may have been first.
    this.#session.reread();
    const spent = this.#session.refreshToken;
    if (!spent || this.#session.accessToken !== used) return;
    try {
      // Should the answer be lost, now or when the page is closed, the next attempt says the same key: that is no reuse.
      const key = { "Idempotency-Key": this.#session.retryKey };
      this.#session.renew(await this.#once("POST", "auth/refresh", { refresh_token: spent }, null, key));
    } catch (error) {
      if (error.status >= 400 && error.status < 500 && error.status !== 429) this.#session.clear("ended");
      throw error;
    }
  }
}

/**
 * Runs `act` while no other tab does. Pages from plain HTTP have no locks; they take the small chance.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} act
 * @returns {Promise<T>}
 */
function alone(name, act) {
  const locks = globalThis.navigator?.locks;
  return locks ? /** @type {Promise<any>} */ (locks.request(name, act)) : act();
}
