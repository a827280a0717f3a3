import assert from "node:assert/strict";
import { test } from "node:test";
import { Rialto, Session } from "../../../crates/adapter-web/assets/sdk/rialto.js";

/** A guest who is signed in, and a server that answers as told; `asked` holds the requests. */
function guest(answer) {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) };
  const session = new Session(storage);
  const told = [];
  session.addEventListener("change", ({ detail }) => told.push(detail.reason));
  session.adopt({ user: { id: "1", role: "guest" }, tokens: tokens(1) });
  const asked = [];
  const keys = [];
  globalThis.fetch = async (address, { body, headers }) => {
    keys.push(headers["Idempotency-Key"]);
    asked.push(new URL(address).pathname.replace("/api/v1/auth/", ""));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const [status, json] = answer(asked.at(-1), JSON.parse(body ?? "null"), keys.length);
    if (status === 0) throw new TypeError("the answer was lost");
    return new Response(JSON.stringify(json), { status });
  };
  return { rialto: new Rialto({ base: "http://rialto.example", session }), session, asked, told, keys, storage };
}

function tokens(number) {
  return { access_token: `access-${number}`, refresh_token: `refresh-${number}`, expires_in: 900 };
}

const ACCOUNT = { username: "ann", email: "ann@example.org", password: "correct horse" };

test("a guest who becomes a member stays signed in, with the next tokens", async () => {
  const { rialto, session, told } = guest(() => [200, { user: { id: "1", role: "member" }, tokens: tokens(2) }]);
  const user = await rialto.becomeMember(ACCOUNT);
  assert.deepEqual([user.role, session.user.role, session.refreshToken], ["member", "member", "refresh-2"]);
  assert.deepEqual(told, ["adopted", "upgraded"]);
});

test("no refresh uses the token that becoming a member replaces", async () => {
  const { rialto, asked } = guest((path) => [200, { user: { id: "1", role: "member" }, tokens: tokens(path === "upgrade" ? 2 : 3) }]);
  const upgrading = rialto.becomeMember(ACCOUNT);
  await new Promise((resolve) => setTimeout(resolve, 1));
  // Somebody was told that the present token is not taken, and wants another.
  assert.equal(await rialto.rest.freshToken({ renew: true }), "access-2");
  await upgrading;
  assert.deepEqual(asked, ["upgrade"]);
});

test("a refused upgrade leaves the guest and the refresh of tokens as they were", async () => {
  const { rialto, session, asked, told } = guest((path) =>
    path === "upgrade" ? [409, { code: "username_taken", detail: "taken" }] : [200, { user: { id: "1", role: "guest" }, tokens: tokens(2) }],
  );
  await assert.rejects(rialto.becomeMember(ACCOUNT), { code: "username_taken" });
  assert.equal(session.user.role, "guest");
  assert.equal(await rialto.rest.freshToken({ renew: true }), "access-2");
  assert.deepEqual([asked, told], [["upgrade", "refresh"], ["adopted", "refreshed"]]);
});

test("a refresh whose answer is lost is asked for again with the same key, even by the next page", async () => {
  const { rialto, session, keys, storage } = guest((_, __, count) =>
    count < 3 ? [0] : [200, { user: { id: "1", role: "guest" }, tokens: tokens(count) }],
  );
  await assert.rejects(rialto.rest.freshToken({ renew: true }));
  assert.equal(session.refreshToken, "refresh-1", "the session is not given up");
  await assert.rejects(rialto.rest.freshToken({ renew: true }));
  const reloaded = new Session(storage);
  const next = new Rialto({ base: "http://rialto.example", session: reloaded });
  assert.equal(await next.rest.freshToken({ renew: true }), "access-3");
  assert.equal(await next.rest.freshToken({ renew: true }), "access-4");
  assert.ok(keys.every((key) => key.length >= 16), String(keys));
  assert.deepEqual([new Set(keys.slice(0, 3)).size, keys[3] !== keys[0]], [1, true], "a key belongs to one token");
});
