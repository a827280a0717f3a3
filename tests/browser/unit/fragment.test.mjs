import assert from "node:assert/strict";
import { test } from "node:test";

import { takeFromFragment } from "../../../crates/adapter-web/assets/app/fragment.js";

/** What the address bar shows after a name was taken from this fragment. @param {string} hash @param {string} name */
function take(hash, name) {
  let shown = `/setup?x=1${hash}`;
  globalThis.location = /** @type {any} */ ({ hash, pathname: "/setup", search: "?x=1" });
  globalThis.history = /** @type {any} */ ({ replaceState: (_state, _title, url) => (shown = url) });
  return { value: takeFromFragment(name), shown };
}

test("a secret is read once and leaves the address", () => {
  assert.deepEqual(take("#token=Ab-_9", "token"), { value: "Ab-_9", shown: "/setup?x=1" });
});

test("a fragment that holds no such secret stays", () => {
  assert.deepEqual(take("#top", "token"), { value: null, shown: "/setup?x=1#top" });
  assert.deepEqual(take("", "invitation"), { value: null, shown: "/setup?x=1" });
});
