import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, person, picture, URL_UNDER_TEST } from "./browser.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

test("the reference shows every operation of the document", async () => {
  const { context, page, complaints } = await person(browser);
  const response = await page.request.get(`${URL_UNDER_TEST}/api/v1/openapi.json`);
  const { paths } = await response.json();
  const methods = ["get", "post", "put", "patch", "delete"];
  const wanted = Object.values(paths).flatMap((item) => methods.filter((method) => item[method]));
  await page.goto(`${URL_UNDER_TEST}/docs`);
  await page.locator(".operation").first().waitFor();
  assert.equal(await page.locator(".operation").count(), wanted.length);
  for (const operation of await page.locator(".operation").all()) {
    await operation.locator("> summary").click();
    assert.match(await operation.locator("pre").innerText(), /^curl /);
    assert.doesNotMatch(await operation.innerText(), /undefined|\[object|#\/components/);
  }
  await page.evaluate(() => scrollTo(0, 0));
  await picture(page, "docs-1280");
  await context.close();
  assert.deepEqual(complaints, []);
});

test("an operation can be linked to, and the page fits a phone", async () => {
  const { context, page, complaints } = await person(browser, { viewport: { width: 320, height: 640 }, colorScheme: "dark" });
  await page.goto(`${URL_UNDER_TEST}/docs`);
  await page.locator(".operation").first().waitFor();
  const id = await page.locator(".operation").nth(1).getAttribute("id");
  await page.goto(`${URL_UNDER_TEST}/docs#${id}`);
  await page.locator(`.operation[id="${id}"][open]`).waitFor();
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
  await picture(page, "docs-320");
  await context.close();
  assert.deepEqual(complaints, []);
});

test("an unknown address says where to go", async () => {
  const { context, page } = await person(browser);
  const response = await page.goto(`${URL_UNDER_TEST}/no/such/page`);
  assert.equal(response.status(), 404);
  await page.getByRole("link", { name: "API reference" }).click();
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await context.close();
});
