"use strict";

const EVERY_MS = 3000;
const state = /** @type {HTMLElement} */ (document.getElementById("state"));

const UNITS = {
  percent: (value) => `${value.toFixed(1)} %`,
  bytes: (value) => `${(value / 1024 / 1024).toFixed(1)} MiB`,
  count: (value) => value.toLocaleString(),
  load: (value) => value.toFixed(2),
};

function show(figures) {
  /** @type {NodeListOf<HTMLElement>} */
  const cells = document.querySelectorAll("[data-figure]");
  for (const cell of cells) {
    const { figure = "", unit = "" } = cell.dataset;
    const [part, name] = figure.split(".");
    cell.textContent = UNITS[unit](figures[part][name]);
  }
  state.textContent = `As of ${new Date().toLocaleTimeString()}`;
}

async function refresh() {
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (!answer.ok) {
      throw new Error(`the server answered ${answer.status}`);
    }
    show(await answer.json());
  } catch (error) {
    state.textContent = `No figures: ${error.message}. Trying again…`;
  }
  setTimeout(refresh, EVERY_MS);
}

refresh();
