/** @typedef {import("../sdk/rialto.js").Profile} Profile */

/** Who is known, who of them is online and who is writing. Knows nothing of pages or sockets. */
export class PeopleStore {
  /** @type {Map<string, Profile>} */
  #profiles = new Map();
  #online = new Set();
  #isCurrent = false;
  /** @type {Map<string, number>} id to the time until which they are shown as writing */
  #typing = new Map();
  #changed;

  /** @param {() => void} [changed] called after each change */
  constructor(changed = () => {}) {
    this.#changed = changed;
  }

  /** @param {string} id */
  knows(id) {
    return this.#profiles.has(id);
  }

  /** @param {Iterable<Profile>} profiles */
  meet(profiles) {
    for (const profile of profiles) this.#profiles.set(profile.id, profile);
    this.#changed();
  }

  /** @param {{ user_id: string, online: boolean }[]} presences */
  see(presences) {
    this.#isCurrent = true;
    for (const { user_id, online } of presences) {
      if (online) this.#online.add(user_id);
      else this.#online.delete(user_id);
    }
    this.#changed();
  }

  /** Whether it is known who is online. */
  get isCurrent() {
    return this.#isCurrent;
  }

  /** The connection is lost: who is online is not known any more. */
  loseSight() {
    this.#isCurrent = false;
    this.#online.clear();
    this.#typing.clear();
    this.#changed();
  }

  /** @param {(a: string, b: string) => number} [compare] @returns {Profile[]} by name */
  online(compare = (a, b) => a.localeCompare(b)) {
    return [...this.#online]
      .map((id) => this.#profiles.get(id))
      .filter((profile) => profile !== undefined)
      .sort((a, b) => compare(a.display_name, b.display_name) || compare(a.id, b.id));
  }

  /** @param {string} id @param {number} until */
  wrote(id, until) {
    this.#typing.set(id, until);
    this.#changed();
  }

  /** A message came, or enough time went by. @param {string} id */
  stopped(id) {
    if (this.#typing.delete(id)) this.#changed();
  }

  /** @param {number} now @returns {string[]} names of those who are writing */
  typing(now) {
    for (const [id, until] of this.#typing) if (until <= now) this.#typing.delete(id);
    return [...this.#typing.keys()].map((id) => this.#profiles.get(id)?.display_name).filter((name) => name !== undefined);
  }
}
