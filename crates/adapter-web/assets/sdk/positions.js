/** Until the server has named a stream's epoch; it never matches one. */
const NO_EPOCH = "00000000-0000-0000-0000-000000000000";

/**
 * Which events of each stream were seen. A stream is a log whose numbers have no holes, so comparing
 * numbers tells a repeated event from a new one, and a new one from one that comes too early.
 */
export class Positions {
  /** @type {Map<string, { epoch: string, seq: number, top: number }>} */
  #streams = new Map();

  /** What to tell the server when connecting again. */
  resume() {
    return Object.fromEntries([...this.#streams].map(([stream, { epoch, seq }]) => [stream, [epoch, seq]]));
  }

  /**
   * Takes in what `ready` says of the streams.
   * @param {Record<string, { epoch: string, seq: number, from?: number, ok: boolean }>} streams
   * @returns {string[]} the streams that do not continue where they were: their state must be read anew
   */
  ready(streams) {
    for (const stream of this.#streams.keys()) {
      if (!Object.hasOwn(streams, stream)) this.#streams.delete(stream);
    }
    const anew = [];
    for (const [stream, { epoch, seq, from = seq, ok }] of Object.entries(streams)) {
      const known = this.#streams.get(stream);
      if (known && ok && known.epoch === epoch && from <= known.seq) {
        known.top = Math.max(known.top, seq);
      } else {
        this.#streams.set(stream, { epoch, seq, top: seq });
        anew.push(stream);
      }
    }
    return anew;
  }

  /**
   * Takes in an event.
   * @param {string} stream
   * @param {number} seq
   * @returns {"next" | "repeated" | "early" | "unknown"} apply it only when it is the next one; after an
   *   early one, ask for what lies between
   */
  accept(stream, seq) {
    const known = this.#streams.get(stream);
    if (!known) return "unknown";
    known.top = Math.max(known.top, seq);
    if (seq <= known.seq) return "repeated";
    if (seq > known.seq + 1) return "early";
    known.seq = seq;
    return "next";
  }

  /**
   * The server says how far a stream reaches.
   * @param {string} stream
   * @param {number} top
   * @returns {boolean} whether events are missing
   */
  heard(stream, top) {
    const known = this.#streams.get(stream);
    if (known) known.top = Math.max(known.top, top);
    return this.isBehind(stream);
  }

  /** @param {string} stream */
  isBehind(stream) {
    const known = this.#streams.get(stream);
    return known !== undefined && known.seq < known.top;
  }

  /** @param {string} stream the last number seen */
  seen(stream) {
    return this.#streams.get(stream)?.seq ?? 0;
  }

  /** The log of a stream begins here for this client. @param {string} stream @param {number} seq */
  begin(stream, seq) {
    this.#streams.set(stream, { epoch: NO_EPOCH, seq, top: seq });
  }

  /** Gives up on what is missing: the state is about to be read anew. @param {string} stream */
  skip(stream) {
    const known = this.#streams.get(stream);
    if (known) known.seq = known.top;
  }
}
