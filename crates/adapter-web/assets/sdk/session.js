import { newNonce } from "./nonce.js";

/**
 * Who is signed in. Tokens are kept in `localStorage`: the page's Content-Security-Policy lets no foreign
 * script run, and unlike a cookie they are never sent by a request that another site provokes. Tabs share
 * them; where storage is refused, they live as long as the page.
 *
 * Fires `change` with `{ reason }`: `adopted`, `refreshed`, `upgraded` (a guest
 * became a member), `signed_out`, `ended`, `other_tab`.
 */
export class Session extends EventTarget {
  /** @type {Storage | undefined} */
  #storage;
  #key;
  /** @type {{ user: any, accessToken: string, refreshToken: string, expiresAt: number, retryKey?: string } | null} */
  #state = null;

  /** @param {Storage} [storage] @param {string} [key] */
  constructor(storage = usableStorage(), key = "rialto.session") {
    super();
    this.#storage = storage;
    this.#key = key;
    this.reread();
    globalThis.addEventListener?.("storage", (event) => {
      if (event.key !== this.#key && event.key !== null) return;
      const before = this.user;
      this.reread();
      if (this.user?.id !== before?.id) this.#tell("other_tab");
      else if (this.user?.role !== before?.role) this.#tell("upgraded");
    });
  }

  get user() {
    return this.#state?.user ?? null;
  }

  get accessToken() {
    return this.#state?.accessToken ?? null;
  }

  get refreshToken() {
    return this.#state?.refreshToken ?? null;
  }

  /** Said with every attempt to trade the refresh token, so that one whose answer was lost is not taken for a theft. */
  get retryKey() {
    if (!this.#state) return newNonce();
    if (!this.#state.retryKey) {
      this.#state.retryKey = newNonce();
      this.#storage?.setItem(this.#key, JSON.stringify(this.#state));
    }
    return this.#state.retryKey;
  }

  /** Milliseconds until the access token expires. */
  get expiresIn() {
    return (this.#state?.expiresAt ?? 0) - Date.now();
  }

  /** Takes in the answer to signing in. @param {{ user: any, tokens: any }} answer */
  adopt({ user, tokens }) {
    this.#keep(user, tokens);
    this.#tell("adopted");
  }

  /** Takes in the next pair of tokens. @param {{ user: any, tokens: any }} answer */
  renew({ user, tokens }) {
    this.#keep(user, tokens);
    this.#tell("refreshed");
  }

  /** Takes in the answer that made a guest a member. @param {{ user: any, tokens: any }} answer */
  upgrade({ user, tokens }) {
    this.#keep(user, tokens);
    this.#tell("upgraded");
  }

  /** Forgets everything. @param {"signed_out" | "ended"} reason */
  clear(reason) {
    if (!this.#state) return;
    this.#state = null;
    this.#storage?.removeItem(this.#key);
    this.#tell(reason);
  }

  /** Takes in what another tab may have stored. */
  reread() {
    if (!this.#storage) return;
    try {
      this.#state = JSON.parse(this.#storage.getItem(this.#key) ?? "null");
    } catch {
      this.#state = null;
    }
  }

  /** @param {any} user @param {any} tokens */
  #keep(user, tokens) {
    this.#state = {
      user,
      accessToken: tokens.access_token,
      refreshToken: tokens.refresh_token,
      expiresAt: Date.now() + tokens.expires_in * 1000,
    };
    this.#storage?.setItem(this.#key, JSON.stringify(this.#state));
  }

  /** @param {string} reason */
  #tell(reason) {
    this.dispatchEvent(new CustomEvent("change", { detail: { reason } }));
  }
}

function usableStorage() {
  try {
    const storage = globalThis.localStorage;
    storage?.setItem("rialto.probe", "1");
    storage?.removeItem("rialto.probe");
    return storage;
  } catch {
    return undefined;
  }
}
