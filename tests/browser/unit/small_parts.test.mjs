import assert from "node:assert/strict";
import { test } from "node:test";
import { delayAfter } from "../../../crates/adapter-web/assets/sdk/backoff.js";
import { newNonce } from "../../../crates/adapter-web/assets/sdk/nonce.js";
import { PeopleStore } from "../../../crates/adapter-web/assets/app/people_store.js";
import { PriceStore } from "../../../crates/adapter-web/assets/app/price_store.js";
import { en } from "../../../crates/adapter-web/assets/app/strings_en.js";
import { it as italian } from "../../../crates/adapter-web/assets/app/strings_it.js";
import { curlFor } from "../../../crates/adapter-web/assets/app/docs_example.js";
import { operationsByTag } from "../../../crates/adapter-web/assets/app/docs_model.js";

test("waits grow, differ, stay bounded and respect what the server asked for", () => {
  assert.equal(delayAfter(0, 0, () => 0), 250);
  assert.equal(delayAfter(0, 0, () => 1), 500);
  assert.equal(delayAfter(4, 0, () => 1), 8000);
  assert.equal(delayAfter(99, 0, () => 1), 30_000);
  assert.equal(delayAfter(0, 1830, () => 0), 1830);
});

test("a nonce can be made where randomUUID is missing", () => {
  const bare = { getRandomValues: (bytes) => crypto.getRandomValues(bytes) };
  assert.match(newNonce(bare), /^[0-9a-f]{32}$/);
  assert.notEqual(newNonce(bare), newNonce(bare));
  assert.match(newNonce(), /^[0-9a-f-]{36}$/);
});

test("people who are online show by name once they are known", () => {
  const people = new PeopleStore();
  people.see([{ user_id: "2", online: true }, { user_id: "1", online: true }]);
  assert.deepEqual(people.online(), []);
  people.meet([{ id: "1", display_name: "Zoe" }, { id: "2", display_name: "Ann" }]);
  assert.deepEqual(people.online().map(({ display_name }) => display_name), ["Ann", "Zoe"]);
  people.see([{ user_id: "2", online: false }]);
  assert.deepEqual(people.online().map(({ display_name }) => display_name), ["Zoe"]);
});

test("writing ends with time or with a message", () => {
  const people = new PeopleStore();
  people.meet([{ id: "1", display_name: "Zoe" }]);
  people.wrote("1", 6000);
  assert.deepEqual(people.typing(5999), ["Zoe"]);
  assert.deepEqual(people.typing(6000), []);
  people.wrote("1", 6000);
  people.stopped("1");
  assert.deepEqual(people.typing(0), []);
});

test("a late tick never replaces a newer price", () => {
  const prices = new PriceStore();
  prices.show([{ asset_id: "bitcoin", price: "100", observed_at: "2026-01-31T12:00:10.000Z", provider: "a" }]);
  const tick = (price, at) => prices.tick("bitcoin", { price, at, currency: "usd", provider: "b", change_percent_24h: null, stale: false });
  tick("90", "2026-01-31T12:00:05.000Z");
  assert.equal(prices.quote("bitcoin").price, "100");
  tick("110.000000000000000001", "2026-01-31T12:00:15.000Z");
  assert.equal(prices.quote("bitcoin").price, "110.000000000000000001");
  assert.equal(prices.quote("bitcoin").moved, 1);
  assert.deepEqual(prices.providers(), ["b"]);
});

test("a change that rounds to nothing points nowhere, as its figure has no sign", async () => {
  globalThis.navigator ??= /** @type {any} */ ({ language: "en", languages: ["en"] });
  const { direction, signedPercent } = await import("../../../crates/adapter-web/assets/app/format.js");
  const shown = (/** @type {string} */ percent) => [direction(percent), signedPercent(percent)];
  assert.deepEqual(shown("0.005"), ["up", "+0.01 %"]);
  assert.deepEqual(shown("0.0049"), ["unchanged", "0.00 %"]);
  assert.deepEqual(shown("-0.0049"), ["unchanged", "0.00 %"]);
  assert.deepEqual(shown("-1.5"), ["down", "-1.50 %"]);
  assert.equal(direction(null), "unchanged");
});

test("every language has every word", () => {
  assert.deepEqual(Object.keys(italian).sort(), Object.keys(en).sort());
  for (const key of Object.keys(en)) assert.equal(typeof italian[key], typeof en[key], key);
});

test("an operation's example is a whole command", () => {
  const document_ = {
    paths: {
      "/api/v1/c/{id}/messages": {
        post: {
          tags: ["messaging"],
          security: [{ bearer: [] }],
          parameters: [{ name: "id", in: "path", required: true, schema: { type: "string", format: "uuid" } }],
          requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Send" } } } },
        },
      },
    },
    components: {
      schemas: { Send: { type: "object", required: ["content"], properties: { content: { type: "string", example: "it's" }, nonce: { type: "string" } } } },
    },
  };
  const [{ name, operations }] = operationsByTag(document_);
  assert.equal(name, "messaging");
  const curl = curlFor(document_, operations[0], "http://localhost:1");
  assert.match(curl, /^curl -X POST 'http:\/\/localhost:1\/api\/v1\/c\/01900000-0000-7000-8000-000000000000\/messages'/);
  assert.match(curl, /Authorization: Bearer \$TOKEN/);
  assert.ok(curl.includes(`-d '{"content":"it'\\''s"}'`), curl);
});
