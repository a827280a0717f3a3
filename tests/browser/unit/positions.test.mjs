import assert from "node:assert/strict";
import { test } from "node:test";
import { Positions } from "../../../crates/adapter-web/assets/sdk/positions.js";

const EPOCH = "0190aaaa-0000-7000-8000-000000000000";

function positionsAt(seq) {
  const positions = new Positions();
  positions.ready({ "c:1": { epoch: EPOCH, seq, ok: true } });
  return positions;
}

test("a stream seen for the first time is read anew and resumed from there", () => {
  const positions = new Positions();
  assert.deepEqual(positions.ready({ "c:1": { epoch: EPOCH, seq: 7, ok: true } }), ["c:1"]);
  assert.deepEqual(positions.resume(), { "c:1": [EPOCH, 7] });
});

test("each event is next once, in order", () => {
  const positions = positionsAt(7);
  assert.equal(positions.accept("c:1", 8), "next");
  assert.equal(positions.accept("c:1", 8), "repeated");
  assert.equal(positions.accept("c:1", 3), "repeated");
  assert.deepEqual(positions.resume(), { "c:1": [EPOCH, 8] });
});

test("an early event moves nothing and shows that something is missing", () => {
  const positions = positionsAt(7);
  assert.equal(positions.accept("c:1", 10), "early");
  assert.equal(positions.seen("c:1"), 7);
  assert.ok(positions.isBehind("c:1"));
  for (const seq of [8, 9, 10]) assert.equal(positions.accept("c:1", seq), "next");
  assert.ok(!positions.isBehind("c:1"));
});

test("a resumed stream goes on where it was", () => {
  const positions = positionsAt(7);
  assert.deepEqual(positions.ready({ "c:1": { epoch: EPOCH, seq: 9, from: 7, ok: true } }), []);
  assert.equal(positions.seen("c:1"), 7);
  assert.ok(positions.isBehind("c:1"));
});

test("a refused resume, another epoch or a replay that starts too late is read anew", () => {
  for (const answer of [
    { epoch: EPOCH, seq: 900, ok: false, reason: "too_far" },
    { epoch: "0190bbbb-0000-7000-8000-000000000000", seq: 9, from: 7, ok: true },
    { epoch: EPOCH, seq: 9, from: 8, ok: true },
  ]) {
    const positions = positionsAt(7);
    assert.deepEqual(positions.ready({ "c:1": answer }), ["c:1"]);
    assert.equal(positions.seen("c:1"), answer.seq);
  }
});

test("a stream one is no longer attached to is forgotten", () => {
  const positions = positionsAt(7);
  positions.ready({});
  assert.deepEqual(positions.resume(), {});
  assert.equal(positions.accept("c:1", 8), "unknown");
});

test("a top that is heard of shows a socket that is alive but deaf", () => {
  const positions = positionsAt(7);
  assert.equal(positions.heard("c:1", 7), false);
  assert.equal(positions.heard("c:1", 9), true);
  assert.equal(positions.heard("c:unknown", 9), false);
});
