/**
 * Takes a secret out of the address: what stands behind the `#` is sent to no server, and once it is read here it
 * stands neither in the address bar nor in the history.
 * @param {string} name @returns {string | null}
 */
export function takeFromFragment(name) {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const value = parameters.get(name);
  if (value !== null) history.replaceState(null, "", location.pathname + location.search);
  return value;
}
