import assert from "node:assert/strict";
import { test } from "node:test";
import { RialtoSocket } from "../../../crates/adapter-web/assets/sdk/socket.js";

const EPOCH = "0190aaaa-0000-7000-8000-000000000000";
const STREAM = "c:1";

/** A server's end of a socket, moved by hand. */
class FakeSocket {
  readyState = 1;
  sent = [];
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.readyState = 3;
  }
  says(frame) {
    this.onmessage({ data: JSON.stringify(frame) });
  }
  breaks(code = 1006) {
    this.readyState = 3;
    this.onclose({ code, reason: "" });
  }
  /** hello, auth, ready */
  greets(streams) {
    this.says({ type: "hello", data: { ping_ms: 25_000 } });
    this.says({ type: "ready", id: 0, data: { streams } });
  }
  event(seq, more = {}) {
    this.says({ type: "event", stream: STREAM, seq, event: "message.created", data: {}, ...more });
  }
  last(type) {
    return this.sent.findLast((frame) => frame.type === type);
  }
}

/** A client whose sockets, events and tokens a test can see. */
function start(t) {
  const sockets = [];
  const told = { event: [], anew: [], refused: [], state: [], signal: [] };
  const renewals = [];
  const client = new RialtoSocket({
    address: "ws://test/ws",
    token: async ({ renew }) => {
      renewals.push(renew);
      return `token ${renewals.length}`;
    },
    makeSocket: () => {
      sockets.push(new FakeSocket());
      return sockets.at(-1);
    },
  });
  for (const kind of Object.keys(told)) client.on(kind, (detail) => told[kind].push(detail));
  client.start();
  t.after(() => client.stop());
  return { client, sockets, told, renewals, seqs: () => told.event.map(({ seq }) => seq) };
}

/** Lets promises run. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("a first connection resumes nothing and reads each stream anew", async (t) => {
  const { sockets, told } = start(t);
  await settle();
  sockets[0].greets({ [STREAM]: { epoch: EPOCH, seq: 7, ok: true } });
  assert.deepEqual(sockets[0].last("auth").data, { token: "token 1", resume: {} });
  assert.deepEqual(told.anew, [{ stream: STREAM }]);
});

test("after a break it connects again and resumes where it was", async (t) => {
  const { sockets, told, seqs } = start(t);
  await settle();
  sockets[0].greets({ [STREAM]: { epoch: EPOCH, seq: 7, ok: true } });
  sockets[0].event(8);
  sockets[0].breaks();
  await settle();
  sockets[1].greets({ [STREAM]: { epoch: EPOCH, seq: 10, from: 8, ok: true } });
  assert.deepEqual(sockets[1].last("auth").data.resume, { [STREAM]: [EPOCH, 8] });
  for (const seq of [9, 10]) sockets[1].event(seq, { replay: true });
  sockets[1].says({ type: "synced", stream: STREAM, seq: 10 });
  sockets[1].event(10);
  sockets[1].event(11);
  assert.deepEqual(seqs(), [8, 9, 10, 11]);
  assert.equal(told.anew.length, 1);
});

test("a hole is asked for, and what came too early is told once and in order", async (t) => {
  const { sockets, seqs } = start(t);
  await settle();
  sockets[0].greets({ [STREAM]: { epoch: EPOCH, seq: 7, ok: true } });
  sockets[0].event(10);
  assert.deepEqual(seqs(), []);
  const ask = sockets[0].last("catchup");
  assert.deepEqual([ask.stream, ask.data], [STREAM, { after: 7 }]);
  for (const seq of [8, 9]) sockets[0].event(seq);
  sockets[0].says({ type: "ok", id: ask.id, data: { seq: 9, top: 10 } });
  await settle();
  const more = sockets[0].last("catchup");
  assert.deepEqual(more.data, { after: 9 });
  sockets[0].event(10);
  sockets[0].says({ type: "ok", id: more.id, data: { seq: 10, top: 10 } });
  await settle();
  assert.deepEqual(seqs(), [8, 9, 10]);
  assert.equal(sockets[0].sent.filter(({ type }) => type === "catchup").length, 2);
});

test("a ping with a higher top, and a gap, show a deaf socket what it missed", async (t) => {
  for (const frame of [
    { type: "ping", data: { tops: { [STREAM]: 9 } } },
    { type: "gap", stream: STREAM, after: 7, top: 9, reason: "slow" },
  ]) {
    const { sockets } = start(t);
    await settle();
    sockets[0].greets({ [STREAM]: { epoch: EPOCH, seq: 7, ok: true } });
    sockets[0].says(frame);
    assert.deepEqual(sockets[0].last("catchup").data, { after: 7 });
  }
});

test("a catch-up that is refused for good reads the stream anew", async (t) => {
  const { sockets, told } = start(t);
  await settle();
  sockets[0].greets({ [STREAM]: { epoch: EPOCH, seq: 7, ok: true } });
  sockets[0].event(10);
  const { id } = sockets[0].last("catchup");
  sockets[0].says({ type: "error", id, error: { code: "too_far", message: "too far", retry: false } });
  await settle();
  assert.equal(told.anew.length, 2);
  sockets[0].event(11);
  assert.deepEqual(told.event.map(({ seq }) => seq), [11]);
});

test("an expired token is renewed and the connection comes back", async (t) => {
  const { sockets, renewals } = start(t);
  await settle();
  sockets[0].greets({});
  sockets[0].says({ type: "bye", data: { code: 4004, reason: "token expired", resume: true } });
  sockets[0].breaks(4004);
  await settle();
  assert.deepEqual(renewals, [false, true]);
  assert.equal(sockets.length, 2);
});

test("credentials that are refused after a renewal end it", async (t) => {
  const { client, sockets, told } = start(t);
  await settle();
  for (const socket of [0, 1]) {
    sockets[socket].says({ type: "bye", data: { code: 4401, reason: "bad credentials", resume: false } });
    sockets[socket].breaks(4401);
    await settle();
  }
  assert.equal(sockets.length, 2);
  assert.equal(client.state, "stopped");
  assert.equal(told.refused[0].code, 4401);
});

test("a command that was under way when the connection broke fails so that it can be sent again", async (t) => {
  const { client, sockets } = start(t);
  await settle();
  sockets[0].greets({});
  const sent = client.send("1", { content: "hi", nonce: "n1" });
  sockets[0].breaks();
  await assert.rejects(sent, { code: "disconnected", retry: true });
});

test("topics are heard of again after a reconnect", async (t) => {
  const { client, sockets } = start(t);
  client.subscribe(["x:presence"]);
  await settle();
  sockets[0].greets({});
  client.subscribe(["x:price:bitcoin", "x:presence"]);
  assert.deepEqual(sockets[0].last("subscribe").topics, ["x:price:bitcoin"]);
  sockets[0].breaks();
  await settle();
  sockets[1].greets({});
  assert.deepEqual(sockets[1].last("subscribe").topics, ["x:presence", "x:price:bitcoin"]);
});

test("a server that asks for patience gets it", async (t) => {
  const { sockets, told } = start(t);
  await settle();
  sockets[0].greets({});
  sockets[0].says({ type: "bye", data: { code: 4001, reason: "draining", resume: true, retry_after_ms: 1830 } });
  sockets[0].breaks(4001);
  await settle();
  const { state, retryIn } = told.state.at(-1);
  assert.equal(state, "waiting");
  assert.ok(retryIn >= 1830);
  assert.equal(sockets.length, 1);
});
