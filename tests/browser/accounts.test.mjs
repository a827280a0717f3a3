import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { launch, person, picture, unique, URL_UNDER_TEST } from "./browser.mjs";
import { inLobby, register } from "./steps.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** Waits for a link in what the server under test has written. @param {string} variable @param {RegExp} link */
async function linkIn(variable, link) {
  const file = process.env[variable];
  assert.ok(file, `set ${variable} to what the server writes to; scripts/test does`);
  for (let tries = 0; tries < 100; tries += 1) {
    const found = (await readFile(file, "utf8")).match(link);
    if (found) return found[0];
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no ${link} in ${file}`);
}

test("the set-up link makes the first admin, once", async () => {
  const link = await linkIn("RIALTO_OUT", /http:\S+\/setup#token=\S+/);
  const { context, page, complaints } = await person(browser);
  await page.goto(link);
  await picture(page, "setup");
  // The token is in no address that could be looked over or kept.
  assert.ok(!page.url().includes("token"), page.url());
  const form = page.getByRole("region", { name: "Set up this server" });
  await form.getByLabel("Username").fill("root");
  await form.getByLabel("E-mail").fill("root@example.org");
  await form.getByLabel("Password").fill("correct horse");
  await form.getByRole("button").click();
  await inLobby(page);
  await context.close();
  assert.deepEqual(complaints, []);

  const late = await person(browser);
  await late.page.goto(link);
  const again = late.page.getByRole("region", { name: "Set up this server" });
  await again.getByLabel("Username").fill("root2");
  await again.getByLabel("E-mail").fill("root2@example.org");
  await again.getByLabel("Password").fill("correct horse");
  await again.getByRole("button").click();
  await again.getByRole("alert").first().waitFor();
  assert.ok(late.page.url().includes("/setup"));
  await late.context.close();
});

test("who has forgotten the password is sent a link that sets a new one", async () => {
  const name = unique("dora");
  const first = await person(browser);
  await register(first.page, name);

  const { context, page } = await person(browser);
  await page.goto(URL_UNDER_TEST);
  await page.getByRole("tab", { name: "Sign in" }).click();
  await page.getByText("Forgotten your password?").click();
  const forgotten = page.getByRole("tabpanel", { name: "Sign in" });
  await forgotten.getByLabel("E-mail", { exact: true }).fill(`${name}@example.org`);
  await page.getByRole("button", { name: "Send the link" }).click();
  const link = await linkIn("RIALTO_LOG", new RegExp(`http:[^\\s"\\\\]+/reset-password#token=[\\w-]+`));
  await page.goto(link);
  await page.getByLabel("New password").fill("battery staple");
  await page.getByRole("button", { name: "Set the password" }).click();
  // Every session has ended, the one in the other browser too.
  await first.page.getByRole("tab", { name: "Sign in" }).waitFor();

  await page.goto(URL_UNDER_TEST);
  await page.getByRole("tab", { name: "Sign in" }).click();
  const panel = page.getByRole("tabpanel", { name: "Sign in" });
  await panel.getByLabel("Username or e-mail").fill(name);
  await panel.getByLabel("Password", { exact: true }).fill("battery staple");
  await panel.getByRole("button", { name: "Sign in" }).click();
  await inLobby(page);
  await context.close();
  await first.context.close();
});
