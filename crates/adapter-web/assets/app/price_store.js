/** @typedef {import("../sdk/rialto.js").Quote} Quote */

/** How many prices a sparkline shows. */
const POINTS = 60;

/** The quotes of the ticker and where they came from. Knows nothing of pages or sockets. */
export class PriceStore {
  /** @type {Map<string, Quote & { trail: number[], moved: -1 | 0 | 1 }>} */
  #quotes = new Map();
  #changed;

  /** @param {(asset?: string) => void} [changed] called after each change, with the one asset when it is one */
  constructor(changed = () => {}) {
    this.#changed = changed;
  }

  /** Takes in quotes, in the order to show them. @param {Quote[]} quotes */
  show(quotes) {
    const known = this.#quotes;
    this.#quotes = new Map(
      quotes.map((quote) => {
        const trail = known.get(quote.asset_id)?.trail ?? [];
        return [quote.asset_id, { ...quote, trail: trail.length ? trail : [Number(quote.price)], moved: /** @type {0} */ (0) }];
      }),
    );
    this.#changed();
  }

  /**
   * Takes in a tick; an older one than is shown changes nothing.
   * @param {string} asset
   * @param {{ price: string, currency: string, at: string, provider: string, change_percent_24h: string | null, stale: boolean }} tick
   */
  tick(asset, tick) {
    const quote = this.#quotes.get(asset);
    if (!quote || Date.parse(tick.at) < Date.parse(quote.observed_at)) return;
    // Floats are good enough for the slope of a line; the price itself stays text.
    const price = Number(tick.price);
    const before = Number(quote.price);
    this.#quotes.set(asset, {
      ...quote,
      price: tick.price,
      currency: tick.currency,
      provider: tick.provider,
      observed_at: tick.at,
      change_percent_24h: tick.change_percent_24h,
      stale: tick.stale,
      trail: tick.at === quote.observed_at ? quote.trail : [...quote.trail, price].slice(-POINTS),
      moved: /** @type {-1 | 0 | 1} */ (Math.sign(price - before)),
    });
    this.#changed(asset);
  }

  quotes() {
    return [...this.#quotes.values()];
  }

  /** @param {string} asset */
  quote(asset) {
    return this.#quotes.get(asset);
  }

  /** Who says so, each once. */
  providers() {
    return [...new Set(this.quotes().map(({ provider }) => provider))];
  }
}
