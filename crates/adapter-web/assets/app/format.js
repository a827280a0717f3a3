import { locale } from "./i18n.js";

const TIME = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
const DAY_OF_OTHER_YEAR = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" });
const FULL = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "medium" });
const RELATIVE = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
const PERCENT = new Intl.NumberFormat(locale, {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
  signDisplay: "exceptZero",
});

/** The time of day. @param {Date} at */
export const timeOf = (at) => TIME.format(at);

/** Day and time in full. @param {Date} at */
export const fullTimeOf = (at) => FULL.format(at);

/** Tells days apart, in the reader's time zone. @param {Date} at */
export const dayKey = (at) => `${at.getFullYear()}-${at.getMonth()}-${at.getDate()}`;

/** The name of a day: today, yesterday, or its date. @param {Date} at @param {Date} [now] */
export function dayName(at, now = new Date()) {
  const midnight = (/** @type {Date} */ date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  const days = Math.round((midnight(at) - midnight(now)) / 86_400_000);
  if (days === 0 || days === -1) return capitalised(RELATIVE.format(days, "day"));
  return capitalised((at.getFullYear() === now.getFullYear() ? DAY : DAY_OF_OTHER_YEAR).format(at));
}

/** How long ago. @param {Date} at @param {Date} [now] */
export function ago(at, now = new Date()) {
  const seconds = Math.min(0, Math.round((at.getTime() - now.getTime()) / 1000));
  if (seconds > -90) return RELATIVE.format(seconds, "second");
  if (seconds > -5400) return RELATIVE.format(Math.round(seconds / 60), "minute");
  return RELATIVE.format(Math.round(seconds / 3600), "hour");
}

/**
 * An amount of money. It stays the text it came as: no float rounds it on the way to the reader.
 * @param {string} amount
 * @param {string} currency
 */
export function money(amount, currency) {
  const small = /^-?0?\.|^-?0$/.test(amount);
  const digits = small ? { maximumSignificantDigits: 4 } : { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  const decimal = /** @type {any} */ (amount);
  try {
    return new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol", ...digits }).format(decimal);
  } catch {
    return `${new Intl.NumberFormat(locale, digits).format(decimal)} ${currency.toUpperCase()}`;
  }
}

/** A percentage with its sign. @param {string} percent */
export const signedPercent = (percent) => `${PERCENT.format(/** @type {any} */ (percent))} %`;

/**
 * Which way a percentage points, as far as its shown digits tell: what rounds to zero has not moved.
 * @param {string | null} percent
 * @returns {"up" | "down" | "unchanged"}
 */
export function direction(percent) {
  const parts = PERCENT.formatToParts(/** @type {any} */ (percent ?? "0")).map(({ type }) => type);
  if (parts.includes("minusSign")) return "down";
  return parts.includes("plusSign") ? "up" : "unchanged";
}

/** @param {string} text */
function capitalised(text) {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}
