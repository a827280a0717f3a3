import { mkdir } from "node:fs/promises";
import { chromium } from "playwright-core";

/** Address of the server under test. */
export const URL_UNDER_TEST = required("RIALTO_URL", "the address of a running server, such as http://127.0.0.1:8080").replace(/\/$/, "");

/** Where screenshots go, when asked for. */
const SHOTS = process.env.RIALTO_SHOTS;

/** Starts Chromium; it talks to nobody but the server under test. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
  });
}

/**
 * A person with a browser of their own. `complaints` gathers errors of the console and of scripts, answers
 * of 500 and more, and every request that leaves the server under test.
 * @param {import("playwright-core").Browser} browser
 * @param {import("playwright-core").BrowserContextOptions} [options]
 */
export async function person(browser, options = {}) {
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1280, height: 800 }, ...options });
  const complaints = [];
  context.on("request", (request) => {
    const url = request.url().replace(/^ws/, "http");
    if (!url.startsWith(`${URL_UNDER_TEST}/`)) complaints.push(`request to ${request.url()}`);
  });
  context.on("response", (response) => {
    if (response.status() >= 500) complaints.push(`${response.status()} from ${response.url()}`);
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on("console", (message) => message.type() === "error" && complaints.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`script: ${error.message}`));
  return { context, page, complaints };
}

/** Saves a picture under RIALTO_SHOTS. @param {import("playwright-core").Page} page @param {string} name */
export async function picture(page, name) {
  if (!SHOTS) return;
  await mkdir(SHOTS, { recursive: true });
  await page.screenshot({ path: `${SHOTS}/${name}.png` });
}

/** Something no other run writes. @param {string} word */
export function unique(word) {
  return `${word}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 7)}`;
}

/** @param {string} name @param {string} meaning */
function required(name, meaning) {
  const value = process.env[name];
  if (!value) throw new Error(`set ${name} to ${meaning}`);
  return value;
}
