import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, person, picture, unique, URL_UNDER_TEST } from "./browser.mjs";
import { enterAsGuest, say, stored } from "./steps.mjs";

const PAGES = [`${URL_UNDER_TEST}/compat/chat-api/websocket_test.html`];
// The same page at the root of a listener of its own, if there is one.
const OWN = process.env.RIALTO_CHAT_API_URL;
if (OWN) PAGES.push(`${OWN}/websocket_test.html`);

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** Opens the page and signs a new account in. @param {string} address @param {string} name */
async function arrive(address, name) {
  const someone = await person(browser);
  const { page } = someone;
  await page.goto(address);
  await page.getByLabel("Username").fill(name);
  await page.getByLabel("E-mail, to register").fill(`${name}@example.org`);
  await page.getByLabel("Password").fill("secret1");
  await page.getByRole("button", { name: "Register" }).click();
  await page.getByText(`Signed in as ${name}`).waitFor();
  await connected(page);
  return someone;
}

/** Waits for the socket. @param {import("playwright-core").Page} page */
async function connected(page) {
  await page.getByRole("status").filter({ hasText: /^connected$/ }).waitFor();
}

/** Says something. @param {import("playwright-core").Page} page @param {string} words @param {{ to?: string, way?: string }} [how] */
async function tell(page, words, { to = "", way = "over the socket" } = {}) {
  await page.getByLabel("To, or empty for everybody").fill(to);
  await page.getByRole("radio", { name: way }).check();
  await page.getByLabel("Message", { exact: true }).fill(words);
  await page.getByRole("button", { name: "Send" }).click();
}

/** @param {import("playwright-core").Page} page @param {string} words */
const line = (page, words) => page.locator("#messages li", { hasText: words });

/** Complaints but those of requests to the page's own address. @param {string} address @param {string[]} complaints */
function serious(address, complaints) {
  const { host } = new URL(address);
  return complaints.filter((complaint) => !new RegExp(`^request to (http|ws)://${host}/`).test(complaint));
}

for (const address of PAGES) {
  test(`two people talk on ${new URL(address).pathname}`, async () => {
    const [ann, bob] = [unique("ann"), unique("bob")];
    const hers = await arrive(address, ann);
    const his = await arrive(address, bob);

    for (const way of ["over the socket", "over HTTP"]) {
      const words = unique("to everybody");
      await tell(hers.page, words, { way });
      await line(hers.page, words).waitFor();
      await line(his.page, words).waitFor();
      assert.equal(await line(his.page, words).count(), 1);
    }
    const markup = `<img src=x onerror="alert(1)"> ${unique("markup")}`;
    await tell(hers.page, markup);
    await line(his.page, markup).waitFor();

    const secret = unique("psst");
    await tell(his.page, secret, { to: ann });
    await line(hers.page, `${bob} → ${ann}: ${secret}`).waitFor();
    await line(his.page, secret).waitFor();

    await hers.page.getByRole("button", { name: "Look again" }).click();
    await hers.page.locator("#connected li", { hasText: bob }).waitFor();
    await hers.page.getByRole("button", { name: "Ping" }).click();
    await hers.page.locator("#frames li", { hasText: "pong" }).waitFor();
    await picture(hers.page, "chat-api");

    // What was said is there after the page was left, the cookie still signs in, and what is wrong is said.
    await his.page.reload();
    await connected(his.page);
    await line(his.page, secret).waitFor();
    await tell(his.page, "anybody?", { to: unique("nobody") });
    await his.page.getByRole("alert").filter({ hasText: "recipient not found" }).waitFor();
    await his.page.getByRole("button", { name: "Log out" }).click();
    await his.page.getByRole("button", { name: "Log in" }).waitFor();
    await his.page.getByRole("status").filter({ hasText: "disconnected" }).waitFor();

    for (const { context, complaints } of [hers, his]) {
      await context.close();
      assert.deepEqual(serious(address, complaints), []);
    }
  });
}

test("what is said on the page is said in the lobby, and the other way round", async () => {
  const name = unique("cleo");
  const here = await arrive(PAGES[0], name);
  const there = await person(browser);
  await enterAsGuest(there.page, unique("Guest"));
  const [one, other] = [unique("from here"), unique("from there")];
  await tell(here.page, one);
  await stored(there.page, one).waitFor();
  await say(there.page, other);
  await line(here.page, other).waitFor();
  await here.context.close();
  await there.context.close();
  assert.deepEqual(here.complaints, []);
});

test("the page fits a phone", async () => {
  const { context, page } = await person(browser, { viewport: { width: 320, height: 640 }, colorScheme: "dark" });
  await page.goto(PAGES[0]);
  await page.getByRole("heading", { level: 1 }).waitFor();
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
  await picture(page, "chat-api-320");
  await context.close();
});
