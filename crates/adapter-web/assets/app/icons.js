import { svg } from "./dom.js";

/** Strokes on a grid of 24. */
const PATHS = {
  bridge: "M3 17h3a6 6 0 0 1 12 0h3M3 12.500 12 6l9 6.500",
  send: "M5 12h14M13 6l6 6-6 6",
  people: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM2.500 20a6.500 6.500 0 0 1 13 0M16 4.500a3.500 3.500 0 0 1 0 6.500M18 14.500a6.500 6.500 0 0 1 3.500 5.500",
  join: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM2.500 20a6.500 6.500 0 0 1 13 0M19 8v6M16 11h6",
  leave: "M14 4H6v16h8M10 12h10M17 8.500l3.500 3.500-3.500 3.500",
  retry: "M20 11a8 8 0 1 0-2.300 6M20 5v6h-6",
  warning: "M12 4 2.500 20h19L12 4ZM12 10v4.500M12 17.200v.1",
  clock: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17ZM12 8v4.500l3 2",
  check: "m5 12.500 4.500 4.500L19 7.500",
  down: "M12 5v14M6 13l6 6 6-6",
  offline: "M3 3l18 18M5 12.500a10 10 0 0 1 4-2.300M2 9a14.500 14.500 0 0 1 5-3M12 6c3.800 0 7.300 1.100 10 3M15 10.600a10 10 0 0 1 4 1.900M9 16a5 5 0 0 1 6 0M12 19.500v.1",
  rise: "M12 19V6M6.500 11.500 12 6l5.500 5.500",
  fall: "M12 5v13M6.500 12.500 12 18l5.500-5.500",
  flat: "M5 12h14",
  chat: "M4 5h16v11H10l-4.500 4v-4H4V5Z",
  chart: "M4 4v16h16M8 15l3.500-4 3 2.500L20 7",
  lock: "M6 11h12v9H6v-9ZM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
};

/** A drawing beside words: it says nothing to a screen reader. @param {keyof typeof PATHS} name @param {string} [extra] */
export function icon(name, extra = "") {
  return svg(
    "svg",
    { class: `icon ${extra}`.trim(), viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: PATHS[name] }),
  );
}
