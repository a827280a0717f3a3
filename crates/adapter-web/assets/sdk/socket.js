import { delayAfter } from "./backoff.js";
import { newNonce } from "./nonce.js";
import { Positions } from "./positions.js";
import { RialtoError } from "./problem.js";

/** How long an answer to a command may take, in milliseconds. */
const PATIENCE = 15_000;

/** Close codes after which connecting again is of no use. */
const FINAL = new Set([4401, 4403, 4409, 4422, 4426]);

/**
 * One connection to `/ws` that lasts: it connects again by itself, resumes every stream where it was,
 * and hands on each event once and in order.
 *
 * | `on`      | told                                                                           |
 * |-----------|--------------------------------------------------------------------------------|
 * | `state`   | `{ state: "connecting" \| "online" \| "waiting" \| "stopped", retryIn? }`      |
 * | `ready`   | the `data` of the `ready` frame                                                |
 * | `event`   | an event frame, in order                                                       |
 * | `anew`    | `{ stream }`: its past is not replayed, so read the state by REST              |
 * | `signal`  | a signal frame: typing, presence, tick                                         |
 * | `refused` | `{ code, reason }`: the server does not want this client back                  |
 */
export class RialtoSocket {
  #address;
  #token;
  #makeSocket;
  #positions = new Positions();
  #topics = new Set();
  #tellers = new EventTarget();
  /** @type {WebSocket | null} */
  #socket = null;
  #state = "stopped";
  #failures = 0;
  #renewToken = false;
  #justRenewed = false;
  #retryTimer = 0;
  #silenceTimer = 0;
  #pingMs = 25_000;
  /** @type {{ code: number, reason: string, retry_after_ms?: number } | null} */
  #bye = null;
  #nextId = 1;
  /** @type {Map<number, { resolve: (data: any) => void, reject: (error: Error) => void, timer: any }>} */
  #waiting = new Map();
  #catchingUp = new Set();
  #wake = () => this.#state === "waiting" && globalThis.document?.visibilityState !== "hidden" && this.retryNow();

  /**
   * @param {object} options
   * @param {string} options.address such as `wss://rialto.example/ws`
   * @param {(options: { renew: boolean }) => Promise<string>} options.token gives an access token
   * @param {(address: string) => WebSocket} [options.makeSocket]
   */
  constructor({ address, token, makeSocket = (url) => new WebSocket(url) }) {
    this.#address = address;
    this.#token = token;
    this.#makeSocket = makeSocket;
  }

  /** @param {string} kind @param {(detail: any) => void} listener */
  on(kind, listener) {
    this.#tellers.addEventListener(kind, (event) => listener(/** @type {CustomEvent} */ (event).detail));
    return this;
  }

  get state() {
    return this.#state;
  }

  /** Connects, and stays connected until `stop()`. */
  start() {
    if (this.#state !== "stopped") return;
    globalThis.addEventListener?.("online", this.#wake);
    globalThis.document?.addEventListener("visibilitychange", this.#wake);
    this.#connect();
  }

  /** Closes the connection for good. */
  stop() {
    globalThis.removeEventListener?.("online", this.#wake);
    globalThis.document?.removeEventListener("visibilitychange", this.#wake);
    clearTimeout(this.#retryTimer);
    this.#become("stopped");
    this.#drop();
  }

  /** Connects now instead of after the wait. */
  retryNow() {
    if (this.#state !== "waiting") return;
    clearTimeout(this.#retryTimer);
    this.#connect();
  }

  /**
   * Says something; resolves when it is stored. Sending again with the same nonce is safe.
   * @param {string} conversation
   * @param {{ content: string, nonce?: string, reply_to?: string }} message
   * @returns {Promise<{ message_id: string, seq: number, ordinal: number, at: string, dup: boolean }>}
   */
  send(conversation, { content, nonce = newNonce(), reply_to }) {
    return this.request({ type: "send", stream: `c:${conversation}`, data: { content, nonce, reply_to } });
  }

  /** Tells the others that one is writing. @param {string} conversation */
  typing(conversation) {
    if (this.#state === "online") this.#write({ type: "typing", stream: `c:${conversation}` });
  }

  /** Hears of topics from now on, over reconnects too. @param {string[]} topics */
  subscribe(topics) {
    const fresh = topics.filter((topic) => !this.#topics.has(topic));
    for (const topic of fresh) this.#topics.add(topic);
    if (fresh.length && this.#state === "online") this.#subscribeTo(fresh);
  }

  /**
   * Who of these is there.
   * @param {string[]} ids at most 100
   * @returns {Promise<{ users: { user_id: string, online: boolean, last_seen_at: string | null }[] }>}
   */
  presence(ids) {
    return this.request({ type: "presence", data: { user_ids: ids } });
  }

  /** Sends a command and waits for its `ok`. @param {{ type: string } & Record<string, unknown>} frame @returns {Promise<any>} */
  request(frame) {
    if (this.#state !== "online") return Promise.reject(disconnected());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new RialtoError({ code: "timeout", message: "The server did not answer in time.", retry: true }));
      }, PATIENCE);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#write({ ...frame, id });
    });
  }

  async #connect() {
    this.#become("connecting");
    let token;
    try {
      token = await this.#token({ renew: this.#renewToken });
      this.#justRenewed = this.#renewToken;
      this.#renewToken = false;
    } catch (error) {
      // When the tokens are refused, the session has ended, and whoever holds it was told so.
      return error.status > 0 && !error.retry ? this.stop() : this.#wait(error.retryAfter);
    }
    if (this.#state !== "connecting") return;
    this.#bye = null;
    const socket = this.#makeSocket(this.#address);
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      this.#expectMore();
      this.#read(JSON.parse(data), token);
    };
    socket.onclose = ({ code, reason }) => this.#socket === socket && this.#closed(code, reason);
    this.#expectMore();
  }

  /** A connection can be dead without anyone saying so: the server pings, so silence means it is. */
  #expectMore() {
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => this.#closed(0, "silence"), this.#pingMs * 2);
  }

  /** @param {number} code @param {string} reason */
  #closed(code, reason) {
    const bye = this.#bye ?? { code, reason };
    const wasOnline = this.#state === "online";
    this.#drop();
    if (this.#state === "stopped") return;
    // A token may be refused before its time, when the server's keys changed: a new one is tried, once.
    const worthRenewing = !this.#justRenewed && (bye.code === 4004 || bye.code === 4401);
    if (FINAL.has(bye.code) && !worthRenewing) {
      this.stop();
      this.#tell("refused", bye);
      return;
    }
    this.#renewToken = worthRenewing;
    if (worthRenewing || (wasOnline && this.#failures === 0 && !bye.retry_after_ms)) {
      this.#failures += 1;
      this.#connect();
      return;
    }
    this.#wait(bye.retry_after_ms);
  }

  /** @param {number} [asked] */
  #wait(asked) {
    const retryIn = delayAfter(this.#failures, asked);
    this.#failures += 1;
    this.#become("waiting", retryIn);
    this.#retryTimer = setTimeout(() => this.#connect(), retryIn);
  }

  #drop() {
    clearTimeout(this.#silenceTimer);
    const socket = this.#socket;
    this.#socket = null;
    if (socket) {
      socket.onmessage = null;
      socket.close();
    }
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(disconnected());
    }
    this.#waiting.clear();
    this.#catchingUp.clear();
  }

  /** @param {any} frame @param {string} token */
  #read(frame, token) {
    switch (frame.type) {
      case "hello":
        this.#pingMs = frame.data.ping_ms;
        this.#write({ type: "auth", id: 0, data: { token, resume: this.#positions.resume() } });
        return;
      case "ready":
        return this.#ready(frame.data);
      case "event":
        return this.#event(frame);
      case "synced":
        return this.#reaches(frame.stream, frame.seq);
      case "gap":
        return this.#reaches(frame.stream, frame.top);
      case "ping":
        this.#write({ type: "pong" });
        for (const [stream, top] of Object.entries(frame.data?.tops ?? {})) this.#reaches(stream, top);
        if (frame.data?.u !== undefined) this.#reaches("u", frame.data.u);
        return;
      case "signal":
        return this.#tell("signal", frame);
      case "ok":
        return this.#answer(frame.id, (waiting) => waiting.resolve(frame.data));
      case "error":
        return this.#answer(frame.id, (waiting) => waiting.reject(RialtoError.fromFrame(frame.error)));
      case "bye":
        this.#bye = frame.data;
        return this.#socket?.close();
      default:
      // Frames may be added to the protocol: what is unknown is none of this client's business.
    }
  }

  /** @param {any} data */
  #ready(data) {
    this.#failures = 0;
    this.#justRenewed = false;
    const anew = this.#positions.ready(data.streams);
    this.#become("online");
    if (this.#topics.size) this.#subscribeTo([...this.#topics]);
    this.#tell("ready", data);
    for (const stream of anew) this.#tell("anew", { stream });
  }

  /** @param {any} frame */
  #event(frame) {
    switch (this.#positions.accept(frame.stream, frame.seq)) {
      case "next":
        return this.#tell("event", frame);
      case "early":
        this.#catchUp(frame.stream);
        return;
      case "unknown":
        // A conversation one has just come into: its log begins here for this client.
        this.#positions.begin(frame.stream, frame.seq);
        return this.#tell("anew", { stream: frame.stream });
      default:
    }
  }

  /** @param {string} stream @param {number} top */
  #reaches(stream, top) {
    if (this.#positions.heard(stream, top)) this.#catchUp(stream);
  }

  /** Asks for missing events until none is missing. @param {string} stream */
  async #catchUp(stream) {
    if (this.#catchingUp.has(stream)) return;
    this.#catchingUp.add(stream);
    try {
      while (this.#positions.isBehind(stream)) {
        const after = this.#positions.seen(stream);
        const { top } = await this.request({ type: "catchup", stream, data: { after } });
        this.#positions.heard(stream, top);
        if (this.#positions.seen(stream) === after) throw new RialtoError({ code: "stuck", message: "No events came." });
      }
    } catch (error) {
      if (error.code === "disconnected") return;
      if (error.retry) await new Promise((resolve) => setTimeout(resolve, error.retryAfter ?? 1000));
      else this.#positions.skip(stream);
      if (!error.retry) this.#tell("anew", { stream });
    } finally {
      this.#catchingUp.delete(stream);
    }
    if (this.#state === "online" && this.#positions.isBehind(stream)) this.#catchUp(stream);
  }

  /** @param {string[]} topics */
  #subscribeTo(topics) {
    this.request({ type: "subscribe", topics, mode: "latest" }).catch((error) => {
      if (error.code === "disconnected") return;
      if (error.retry) setTimeout(() => this.#state === "online" && this.#subscribeTo(topics), error.retryAfter ?? 2000);
      else for (const topic of topics) this.#topics.delete(topic);
    });
  }

  /** @param {number | undefined} id @param {(waiting: any) => void} settle */
  #answer(id, settle) {
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (id === undefined || !waiting) return;
    clearTimeout(waiting.timer);
    this.#waiting.delete(id);
    settle(waiting);
  }

  /** @param {object} frame */
  #write(frame) {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(frame));
  }

  /** @param {"connecting" | "online" | "waiting" | "stopped"} state @param {number} [retryIn] */
  #become(state, retryIn) {
    this.#state = state;
    this.#tell("state", { state, retryIn });
  }

  /** @param {string} kind @param {unknown} detail */
  #tell(kind, detail) {
    this.#tellers.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}

function disconnected() {
  return new RialtoError({ code: "disconnected", message: "There is no connection.", retry: true });
}
