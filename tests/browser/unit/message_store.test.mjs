import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageStore } from "../../../crates/adapter-web/assets/app/message_store.js";

const ANN = "ann";
const message = (ordinal, more = {}) => ({
  id: `m${ordinal}`,
  conversation_id: "c",
  seq: ordinal + 100,
  ordinal,
  sender: { id: "bob", username: "bob", display_name: "Bob", avatar_url: null },
  content: `number ${ordinal}`,
  reply_to: null,
  created_at: "2026-01-31T12:00:00.000Z",
  ...more,
});
const own = (ordinal, content) => message(ordinal, { sender: { id: ANN }, content });
const shown = (store) => store.entries().map((entry) => entry.message?.id ?? `draft ${entry.draft.nonce}`);

test("messages stand in the server's order, whatever order they come in", () => {
  const store = new MessageStore(ANN);
  store.add(message(3));
  store.add(message(5));
  store.add(message(4));
  store.add(message(4));
  assert.deepEqual(shown(store), ["m3", "m4", "m5"]);
});

test("pages of history join without repeats", () => {
  const store = new MessageStore(ANN);
  store.showNewest([message(6), message(5), message(4)], true);
  assert.equal(store.reachesStart, false);
  assert.equal(store.oldest, 104);
  store.showOlder([message(4), message(3), message(2)], false);
  assert.deepEqual(shown(store), ["m2", "m3", "m4", "m5", "m6"]);
  assert.equal(store.reachesStart, true);
});

test("a newest page that does not join what is there starts anew, never with a hole", () => {
  const store = new MessageStore(ANN);
  store.showNewest([message(2), message(1)], false);
  store.showNewest([message(9), message(8)], true);
  assert.deepEqual(shown(store), ["m8", "m9"]);
  assert.equal(store.reachesStart, false);
  store.showNewest([message(11), message(10)], true);
  assert.deepEqual(shown(store), ["m8", "m9", "m10", "m11"]);
});

test("what is edited, deleted or reacted to shows so, and what is read later wins", () => {
  const store = new MessageStore(ANN);
  const at = (place) => store.entries()[place].message;
  store.showNewest([message(2), message(1)], false);
  store.change(message(1, { content: "changed", edited_at: "2026-01-31T12:01:00.000Z" }));
  assert.equal(at(0).content, "changed");
  store.react("m2", "👍", 1);
  store.react("m2", "🎉", 2);
  store.react("m2", "👍", 0);
  assert.deepEqual(at(1).reactions, [{ emoji: "🎉", count: 2 }]);
  store.showNewest([message(2, { content: null, deleted_at: "2026-01-31T12:02:00.000Z" }), message(1)], false);
  assert.equal(at(1).content, null);
  store.change(message(9));
  store.react("m9", "👍", 1);
  assert.deepEqual(shown(store), ["m1", "m2"], "what is not here is not brought in");
});

test("replies in threads stay in their thread", () => {
  const store = new MessageStore(ANN);
  store.showNewest([message(1)], false);
  store.add(message(2, { thread_root: "m1" }));
  assert.deepEqual(shown(store), ["m1"]);
});

test("drafts stand last, in the order they were written", () => {
  const store = new MessageStore(ANN);
  store.write("n1", "a", "2026-01-31T12:00:00.000Z");
  store.write("n2", "b", "2026-01-31T12:00:00.000Z");
  store.add(message(1));
  assert.deepEqual(shown(store), ["m1", "draft n1", "draft n2"]);
});

test("a stored draft becomes its message and keeps its key", () => {
  const store = new MessageStore(ANN);
  store.write("n1", "hi", "2026-01-31T12:00:00.000Z");
  store.settle("n1", own(1, "hi"));
  store.add(own(1, "hi"));
  assert.deepEqual(store.entries().map(({ key }) => key), ["n1"]);
  assert.deepEqual(shown(store), ["m1"]);
});

test("an event that comes before the answer does not show the message twice", () => {
  const store = new MessageStore(ANN);
  store.write("n1", "hi", "2026-01-31T12:00:00.000Z");
  store.write("n2", "hi", "2026-01-31T12:00:00.000Z");
  store.add(own(1, "hi"));
  assert.deepEqual(shown(store), ["m1", "draft n2"]);
  store.settle("n1", own(1, "hi"));
  assert.deepEqual(shown(store), ["m1", "draft n2"]);
});

test("the same words from another device cost no message", () => {
  const store = new MessageStore(ANN);
  store.write("n1", "hi", "2026-01-31T12:00:00.000Z");
  store.add(own(1, "hi"));
  store.settle("n1", own(2, "hi"));
  assert.deepEqual(shown(store), ["m1", "m2"]);
  assert.deepEqual(store.entries().map(({ key }) => key), ["m1", "n1"]);
});

test("history that carries the nonce settles a draft whose answer was lost", () => {
  const store = new MessageStore(ANN);
  store.write("n1", "hi", "2026-01-31T12:00:00.000Z");
  store.showNewest([{ ...own(1, "hi"), nonce: "n1" }], false);
  assert.deepEqual(shown(store), ["m1"]);
});

test("a refused draft is sent again only when asked, and can be discarded", () => {
  const store = new MessageStore(ANN);
  store.write("n1", "hi", "2026-01-31T12:00:00.000Z");
  store.fail("n1", "too long");
  assert.equal(store.pending().length, 0);
  assert.equal(store.entries()[0].draft.problem, "too long");
  store.retry("n1");
  assert.equal(store.pending().length, 1);
  store.discard("n1");
  assert.ok(store.isEmpty);
});

test("trimming forgets the oldest and knows that they can be loaded again", () => {
  const store = new MessageStore(ANN);
  store.showNewest([message(3), message(2), message(1)], false);
  store.trim(2);
  assert.deepEqual(shown(store), ["m2", "m3"]);
  assert.equal(store.reachesStart, false);
});
