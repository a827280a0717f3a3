import { arrange, fill, h, svg } from "./dom.js";
import { ago, direction, money, signedPercent } from "./format.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { PriceStore } from "./price_store.js";

/**
 * @typedef {import("../sdk/rialto.js").Rialto} Rialto
 * @typedef {import("../sdk/rialto.js").RialtoSocket} RialtoSocket
 */

/** How many assets are shown. */
const SHOWN = 8;

/** Quotes without ticks are read again this often, in milliseconds. */
const REFRESH = 60_000;

const ARROWS = { up: "rise", down: "fall", unchanged: "flat" };

/** Live prices: which way they went is told by arrow and sign, who says so by name, and how old they are when it matters. */
export class Ticker {
  #rialto;
  #socket;
  #store = new PriceStore((asset) => (asset ? this.#drawOne(asset) : this.#draw()));
  /** @type {Map<string, ReturnType<typeof row>>} */
  #rows = new Map();
  #timer = 0;

  /** @param {Rialto} rialto @param {RialtoSocket} socket */
  constructor(rialto, socket) {
    this.#rialto = rialto;
    this.#socket = socket;
    this.badge = h("span", { class: "badge", title: t.simulated_hint, hidden: true }, t.simulated);
    this.list = h("ul", { class: "quotes", tabindex: "0", "aria-label": t.prices });
    this.source = h("p", { class: "source muted" });
    this.element = h(
      "section",
      { class: "prices", "aria-labelledby": "prices-title" },
      h("header", {}, h("h2", { id: "prices-title" }, icon("chart"), t.prices), this.badge),
      this.list,
      this.source,
    );
    socket.on("signal", ({ stream, signal, data }) => {
      if (signal === "tick") this.#store.tick(stream.slice("x:price:".length), data);
    });
    socket.on("state", ({ state }) => this.element.classList.toggle("paused", state !== "online"));
  }

  start() {
    this.#load();
    this.#timer = setInterval(() => document.visibilityState === "visible" && this.#load(), REFRESH);
  }

  stop() {
    clearInterval(this.#timer);
  }

  async #load() {
    try {
      const { items } = await this.#rialto.popular(SHOWN);
      this.#store.show(items);
      this.#socket.subscribe(items.map(({ asset_id }) => `x:price:${asset_id}`));
    } catch (error) {
      if (this.#store.quotes().length === 0) fill(this.source, `${t.prices_unavailable} ${error.message}`);
    }
  }

  #draw() {
    const quotes = this.#store.quotes();
    for (const { asset_id } of quotes) if (!this.#rows.has(asset_id)) this.#rows.set(asset_id, row());
    arrange(
      this.list,
      quotes.map(({ asset_id }) => /** @type {ReturnType<typeof row>} */ (this.#rows.get(asset_id)).element),
    );
    for (const { asset_id } of quotes) this.#drawOne(asset_id);
  }

  /** @param {string} asset */
  #drawOne(asset) {
    const quote = this.#store.quote(asset);
    const shown = this.#rows.get(asset);
    if (!quote || !shown) return;
    shown.show(quote);
    const providers = this.#store.providers();
    this.badge.hidden = !providers.includes("simulated");
    fill(this.source, `${t.source} ${providers.map((name) => (name === "simulated" ? t.simulated : name)).join(", ")}`);
  }
}

/** One line of the ticker; it is changed in place, so that a tick costs nothing. */
function row() {
  const name = h("span", { class: "asset-name" });
  const symbol = h("span", { class: "asset-symbol muted" });
  const price = h("span", { class: "price" });
  const change = h("span", { class: "change" });
  const stale = h("span", { class: "stale", hidden: true });
  const line = svg("polyline", { points: "", "vector-effect": "non-scaling-stroke" });
  const spark = svg("svg", { class: "spark", viewBox: "0 0 60 20", preserveAspectRatio: "none", "aria-hidden": "true" }, line);
  const element = h(
    "li",
    { class: "quote" },
    h("span", { class: "asset" }, name, symbol),
    spark,
    h("span", { class: "figures" }, price, change),
    stale,
  );

  /** @param {import("../sdk/rialto.js").Quote & { trail: number[], moved: number }} quote */
  const show = (quote) => {
    name.textContent = quote.name;
    symbol.textContent = quote.symbol.toUpperCase();
    price.textContent = money(quote.price, quote.currency);
    const way = direction(quote.change_percent_24h);
    change.className = `change ${way}`;
    const words = h("span", { class: "visually-hidden" }, ` ${t[way]} ${t.change_24h}`);
    const known = quote.change_percent_24h !== null;
    fill(change, known && icon(/** @type {"rise"} */ (ARROWS[way])), known && signedPercent(quote.change_percent_24h ?? "0"), known && words);
    stale.hidden = !quote.stale;
    fill(stale, icon("clock"), t.stale_since(ago(new Date(quote.observed_at))));
    line.setAttribute("points", points(quote.trail));
    if (quote.moved) flash(price, quote.moved > 0 ? "went-up" : "went-down");
  };
  return { element, show };
}

/** @param {number[]} trail */
function points(trail) {
  if (trail.length < 2) return "";
  const low = Math.min(...trail);
  const span = Math.max(...trail) - low || 1;
  return trail.map((price, i) => `${((i * 60) / (trail.length - 1)).toFixed(1)},${(18 - ((price - low) / span) * 16).toFixed(1)}`).join(" ");
}

/** @param {HTMLElement} element @param {string} kind */
function flash(element, kind) {
  element.classList.remove("went-up", "went-down");
  void element.offsetWidth;
  element.classList.add(kind);
}
