/**
 * How long to wait before the next attempt, in milliseconds: doubling from half a second to half a
 * minute, and anywhere in the upper half of that, so that a crowd does not come back all at once.
 * @param {number} failures how many attempts failed in a row
 * @param {number} [asked] what the server asked for, in milliseconds: never less than that
 * @param {() => number} [random] between 0 and 1
 */
export function delayAfter(failures, asked = 0, random = Math.random) {
  const longest = Math.min(30_000, 500 * 2 ** Math.min(failures, 10));
  return Math.max(asked, Math.round(longest * (0.5 + random() / 2)));
}
