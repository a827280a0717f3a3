import { URL_UNDER_TEST } from "./browser.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** Comes in as a guest. @param {Page} page @param {string} name */
export async function enterAsGuest(page, name) {
  await page.goto(URL_UNDER_TEST);
  await page.getByLabel("Your name").fill(name);
  await page.getByRole("button", { name: "Enter the lobby" }).click();
  await inLobby(page);
}

/** Makes an account. @param {Page} page @param {string} username */
export async function register(page, username) {
  await page.goto(URL_UNDER_TEST);
  await page.getByRole("tab", { name: "New account" }).click();
  await fillAccount(page, { username, email: `${username}@example.org`, password: "correct horse" });
  await inLobby(page);
}

/** Fills in the form for a new account and sends it. @param {Page} page @param {{ username: string, email: string, password: string }} account */
export async function fillAccount(page, { username, email, password }) {
  const panel = page.getByRole("tabpanel", { name: "New account" });
  await panel.getByLabel("Username").fill(username);
  await panel.getByLabel("E-mail").fill(email);
  await panel.getByLabel("Password").fill(password);
  await panel.getByRole("button", { name: "Create account" }).click();
}

/** Waits until the lobby is live. @param {Page} page */
export async function inLobby(page) {
  await page.getByRole("heading", { name: "Lobby", level: 1 }).waitFor();
  await page.locator(".dot.online").waitFor({ state: "attached" });
}

/** Says something by keyboard. @param {Page} page @param {string} words */
export async function say(page, words) {
  await page.getByLabel("Message the lobby").fill(words);
  await page.keyboard.press("Enter");
}

/** The message of these words, stored and shown. @param {Page} page @param {string} words */
export function stored(page, words) {
  return page.locator(".message:not(.pending):not(.failed)", { hasText: words });
}
