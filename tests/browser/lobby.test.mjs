import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, person, picture, unique, URL_UNDER_TEST } from "./browser.mjs";
import { enterAsGuest, fillAccount, inLobby, register, say, stored } from "./steps.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

test("a member and a guest see each other's messages live, once each", async () => {
  const ann = await person(browser);
  const bob = await person(browser);
  const name = unique("ann");
  await register(ann.page, name);
  await enterAsGuest(bob.page, "Bob the guest");

  const hello = unique("hello");
  await say(ann.page, hello);
  await stored(ann.page, hello).waitFor();
  await stored(bob.page, hello).waitFor();
  assert.match(await stored(bob.page, hello).innerText(), new RegExp(name));

  const reply = unique("reply");
  await bob.page.getByLabel("Message the lobby").pressSequentially("hm");
  await ann.page.getByText("Bob the guest is writing").waitFor();
  await say(bob.page, reply);
  await stored(ann.page, reply).waitFor();
  await stored(bob.page, reply).waitFor();
  for (const { page } of [ann, bob]) {
    for (const words of [hello, reply]) assert.equal(await page.locator(".message", { hasText: words }).count(), 1);
  }

  const people = ann.page.getByRole("region", { name: "People" });
  await people.getByText("Bob the guest").first().waitFor();
  await people.getByText(name).waitFor();

  for (const { context, complaints } of [ann, bob]) {
    await context.close();
    assert.deepEqual(complaints, []);
  }
});

test("what people write stays text", async () => {
  const { context, page, complaints } = await person(browser);
  await enterAsGuest(page, "<b>Mallory</b>");
  const words = `<img src=x onerror="document.title='owned'"> ${unique("x")}`;
  await say(page, words);
  await stored(page, words).waitFor();
  assert.equal(await stored(page, words).locator("img, b").count(), 0);
  assert.equal(await page.title(), "Rialto");
  await context.close();
  assert.deepEqual(complaints, []);
});

test("prices tick and say where they come from", async () => {
  const { context, page, complaints } = await person(browser);
  await enterAsGuest(page, "Trader");
  const prices = page.getByRole("region", { name: "Prices" });
  await prices.getByText("Bitcoin").first().waitFor();
  await prices.getByText(/Source: \S/).waitFor();
  const simulated = (await prices.locator(".source").innerText()).includes("simulated");
  assert.equal(await prices.locator(".badge").isVisible(), simulated);
  const shown = () => prices.locator(".price").allInnerTexts();
  const first = (await shown()).join();
  await page.waitForFunction((then) => [...document.querySelectorAll(".price")].map((e) => e.textContent).join() !== then, first, { timeout: 30_000 });
  for (const change of await prices.locator(".change.up, .change.down").all()) {
    assert.match(await change.innerText(), /^[+−-]\d+\.\d\d %/);
    assert.equal(await change.locator("svg").count(), 1);
  }
  await context.close();
  assert.deepEqual(complaints, []);
});

test("a reload keeps the session, the history and what was being written; signing out ends it", async () => {
  const { context, page, complaints } = await person(browser);
  await enterAsGuest(page, "Stays");
  const words = unique("remember");
  await say(page, words);
  await stored(page, words).waitFor();
  await page.getByLabel("Message the lobby").fill("half a thou");
  await page.reload();
  await inLobby(page);
  await stored(page, words).waitFor();
  assert.equal(await page.getByLabel("Message the lobby").inputValue(), "half a thou");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Your name").waitFor();
  await page.reload();
  await page.getByLabel("Your name").waitFor();
  await context.close();
  assert.deepEqual(complaints, []);
});

test("a guest becomes a member and keeps what they wrote", async () => {
  const ann = await person(browser);
  const bob = await person(browser);
  const username = unique("ann");
  await enterAsGuest(ann.page, "Ann of the train");
  await enterAsGuest(bob.page, "Bob at home");
  const before = unique("before");
  await say(ann.page, before);
  await stored(ann.page, before).waitFor();

  const open = ann.page.getByRole("button", { name: "Become a member" });
  await open.click();
  const dialog = ann.page.getByRole("dialog", { name: "Become a member" });
  const become = async (/** @type {string} */ password) => {
    await dialog.getByLabel("Username").fill(username);
    await dialog.getByLabel("E-mail").fill(`${username}@example.org`);
    await dialog.getByLabel("Password").fill(password);
    await dialog.getByRole("button", { name: "Become a member" }).click();
  };
  await become("short");
  await dialog.locator("#become-member-password-error", { hasText: "8" }).waitFor();
  await picture(ann.page, "become-member");
  await become("correct horse");
  await dialog.getByText(`sign in as ${username}`).waitFor();
  await dialog.getByRole("button", { name: "Done" }).click();
  await dialog.waitFor({ state: "hidden" });
  assert.equal(await open.count(), 0);

  // The open socket goes on.
  const after = unique("after");
  await say(ann.page, after);
  await stored(bob.page, after).waitFor();
  await ann.page.reload();
  await inLobby(ann.page);
  for (const words of [before, after]) {
    await stored(ann.page, words).waitFor();
    assert.match(await stored(ann.page, words).getAttribute("class"), /\bown\b/);
  }
  assert.equal(await open.count(), 0);

  // And another browser lets the same person in by name.
  const elsewhere = await person(browser);
  await elsewhere.page.goto(URL_UNDER_TEST);
  await elsewhere.page.getByRole("tab", { name: "Sign in" }).click();
  const panel = elsewhere.page.getByRole("tabpanel", { name: "Sign in" });
  await panel.getByLabel("Username or e-mail").fill(username);
  await panel.getByLabel("Password").fill("correct horse");
  await panel.getByRole("button", { name: "Sign in" }).click();
  await inLobby(elsewhere.page);
  await stored(elsewhere.page, before).waitFor();
  assert.match(await stored(elsewhere.page, before).getAttribute("class"), /\bown\b/);

  for (const { context } of [ann, bob, elsewhere]) await context.close();
  // The password that was refused is the one thing the console may mention.
  for (const { complaints } of [ann, bob, elsewhere]) assert.deepEqual(complaints.filter((words) => !words.includes("422")), []);
});

test("a lost connection shows, and what was written and missed meanwhile arrives", async () => {
  const ann = await person(browser);
  const bob = await person(browser);
  // Chromium's own offline switch leaves open sockets alone, so the test stands between page and server.
  let cut = false;
  const open = new Set();
  await ann.page.routeWebSocket(/\/ws$/, (socket) => {
    if (cut) return socket.close({ code: 1012 });
    open.add(socket);
    socket.connectToServer();
  });
  await enterAsGuest(ann.page, "Ann of the train");
  await enterAsGuest(bob.page, "Bob at home");
  cut = true;
  for (const socket of open) await socket.close({ code: 1012 });
  await ann.page.getByText("The connection is lost").waitFor();
  const missed = unique("missed");
  await say(bob.page, missed);
  await stored(bob.page, missed).waitFor();
  const late = unique("late");
  await say(ann.page, late);
  await ann.page.locator(".pending", { hasText: late }).waitFor();
  assert.equal(await ann.page.getByText(missed).count(), 0);

  cut = false;
  await ann.page.getByRole("button", { name: "Try now" }).click();
  await stored(ann.page, missed).waitFor();
  await stored(ann.page, late).waitFor();
  await stored(bob.page, late).waitFor();
  await ann.page.getByText("The connection is lost").waitFor({ state: "detached" });
  assert.equal(await ann.page.locator(".message", { hasText: missed }).count(), 1);
  assert.equal(await bob.page.locator(".message", { hasText: late }).count(), 1);
  for (const { context, complaints } of [ann, bob]) {
    await context.close();
    assert.deepEqual(complaints, []);
  }
});

test("refused fields say why, next to themselves", async () => {
  const { context, page } = await person(browser);
  await page.goto(URL_UNDER_TEST);
  await page.getByRole("tab", { name: "New account" }).click();
  await fillAccount(page, { username: "x", email: "nobody", password: "short" });
  const password = page.getByRole("tabpanel", { name: "New account" }).getByLabel("Password");
  await page.locator("[aria-invalid]").first().waitFor();
  assert.equal(await page.locator("[aria-invalid]").count(), 3);
  const described = await password.getAttribute("aria-describedby");
  const problem = described.split(" ").find((id) => id.endsWith("-error"));
  assert.match(await page.locator(`#${problem}`).innerText(), /8/);
  assert.equal(await page.evaluate(() => document.activeElement.name), "username");

  await page.getByRole("tab", { name: "Sign in" }).click();
  const panel = page.getByRole("tabpanel", { name: "Sign in" });
  await panel.getByLabel("Username or e-mail").fill("nobody-of-this-name");
  await panel.getByLabel("Password").fill("wrong password");
  await panel.getByRole("button", { name: "Sign in" }).click();
  await panel.getByRole("alert").filter({ hasText: /\w/ }).waitFor();
  await context.close();
});

test("everything can be done by keyboard", async () => {
  const { context, page, complaints } = await person(browser);
  await page.goto(URL_UNDER_TEST);
  await page.getByRole("tab", { name: "Guest" }).focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.getByRole("tab", { name: "Sign in" }).getAttribute("aria-selected"), "true");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Keys only");
  await page.keyboard.press("Enter");
  await inLobby(page);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  const seen = new Set();
  for (let presses = 0; presses < 30 && !seen.has("composer"); presses += 1) {
    await page.keyboard.press("Tab");
    seen.add(await page.evaluate(() => document.activeElement.id));
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.notEqual(outline, "none", "what has the focus shows it");
  }
  assert.ok(seen.has("log") && seen.has("composer"), [...seen].join());
  await context.close();
  assert.deepEqual(complaints, []);
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [320, 768, 1440]) {
    test(`it fits ${width} px in ${colorScheme}, in English and in Italian`, async () => {
      for (const [locale, label, enter] of [
        ["en-GB", "Your name", "Enter the lobby"],
        ["it-IT", "Il tuo nome", "Entra nella sala"],
      ]) {
        const { context, page, complaints } = await person(browser, { colorScheme, locale, viewport: { width, height: width < 700 ? 640 : 900 } });
        await page.goto(URL_UNDER_TEST);
        assert.equal(await page.locator("html").getAttribute("lang"), locale.slice(0, 2));
        const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        await page.getByLabel(label).waitFor();
        assert.ok((await overflow()) <= 0, "sign-in page");
        await picture(page, `sign-in-${locale}-${colorScheme}-${width}`);
        await page.getByLabel(label).fill("A guest with a rather long name, Lee");
        await page.getByRole("button", { name: enter }).click();
        await page.locator(".dot.online").waitFor({ state: "attached" });
        await page.locator("#composer").fill(`${"long".repeat(30)} https://example.org/${"path".repeat(20)}`);
        await page.keyboard.press("Enter");
        await page.locator(".message.own:not(.pending)").first().waitFor();
        await page.locator(".quote").first().waitFor();
        assert.ok((await overflow()) <= 0, "lobby");
        assert.deepEqual(await faint(page), []);
        await picture(page, `lobby-${locale}-${colorScheme}-${width}`);
        await context.close();
        assert.deepEqual(complaints, []);
      }
    });
  }
}

/** Texts whose contrast with what is behind them is below 4.5 to 1. @param {import("playwright-core").Page} page */
function faint(page) {
  return page.evaluate(() => {
    const channels = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (colour) => {
      const [r, g, b] = channels(colour)
        .slice(0, 3)
        .map((value) => value / 255)
        .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const colour = getComputedStyle(at).backgroundColor;
        if ((channels(colour)[3] ?? 1) === 1) return colour;
      }
      return "rgb(255, 255, 255)";
    };
    const found = [];
    for (const element of document.querySelectorAll("body *")) {
      const ownText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
      if (!ownText || !element.checkVisibility() || element.closest("[disabled]")) continue;
      const [dark, light] = [getComputedStyle(element).color, behind(element)].map(luminance).sort((a, b) => a - b);
      const ratio = (light + 0.05) / (dark + 0.05);
      if (ratio < 4.5) found.push(`${element.className} "${element.textContent}" ${ratio.toFixed(2)}`);
    }
    return found;
  });
}
