/**
 * A fresh mark for a message: sending again with the same one never makes a second message. Pages that
 * came over plain HTTP from another host have no `randomUUID`, so it is made by hand there.
 * @param {Crypto} [source]
 * @returns {string}
 */
export function newNonce(source = globalThis.crypto) {
  if (typeof source.randomUUID === "function") return source.randomUUID();
  const bytes = source.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
