import { fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

/** A connection that is back within this time is not worth a word, in milliseconds. */
const GRACE = 1200;

/** Says that the connection is lost and when the next attempt is; and, always, how the connection is. */
export class Banner {
  #graceTimer = 0;
  #countTimer = 0;

  /** @param {import("../sdk/rialto.js").RialtoSocket} socket */
  constructor(socket) {
    this.words = h("p", { role: "status" });
    // Counting down is for the eye: it is not announced each second.
    this.countdown = h("span", { class: "countdown", "aria-hidden": "true" });
    this.retry = h("button", { type: "button", class: "quiet", onclick: () => (socket.state === "stopped" ? socket.start() : socket.retryNow()) }, icon("retry"), t.retry_now);
    this.element = h("div", { class: "banner", hidden: true }, icon("offline"), this.words, this.countdown, this.retry);
    this.dot = h("span", { class: "dot connecting", "aria-hidden": "true" });
    this.word = h("span", { class: "state-word" }, t.connecting);
    this.indicator = h("span", { class: "connection" }, this.dot, this.word);
    socket.on("state", ({ state, retryIn }) => this.#show(state, retryIn));
    socket.on("refused", ({ reason }) => this.#refused(reason));
  }

  stop() {
    clearTimeout(this.#graceTimer);
    clearInterval(this.#countTimer);
  }

  /** @param {string} state @param {number} [retryIn] */
  #show(state, retryIn) {
    clearInterval(this.#countTimer);
    const words = { online: t.live, waiting: t.offline }[state] ?? t.connecting;
    this.dot.className = `dot ${state}`;
    this.word.textContent = words;
    this.retry.hidden = state !== "waiting";
    this.countdown.textContent = "";
    if (state === "online" || state === "stopped") {
      clearTimeout(this.#graceTimer);
      this.#graceTimer = 0;
      this.element.hidden = true;
      fill(this.words);
      return;
    }
    this.#graceTimer ||= setTimeout(() => {
      this.element.hidden = false;
      fill(this.words, t.banner);
    }, GRACE);
    if (retryIn !== undefined) this.#count(Date.now() + retryIn);
  }

  /** The server wants no new attempt; the reader may. @param {string} reason */
  #refused(reason) {
    this.element.hidden = false;
    this.retry.hidden = false;
    this.word.textContent = t.offline;
    fill(this.words, `${t.refused} (${reason})`);
  }

  /** @param {number} until */
  #count(until) {
    const tell = () => {
      this.countdown.textContent = t.retry_in(Math.max(0, Math.ceil((until - Date.now()) / 1000)));
    };
    tell();
    this.#countTimer = setInterval(tell, 1000);
  }
}
