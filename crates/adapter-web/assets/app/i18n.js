import { en } from "./strings_en.js";
import { it } from "./strings_it.js";

const LANGUAGES = { en, it };

/** @returns {keyof typeof LANGUAGES} the reader's first language that there is, else English */
function chooseLanguage() {
  for (const wish of navigator.languages ?? [navigator.language]) {
    const language = wish.slice(0, 2).toLowerCase();
    if (Object.hasOwn(LANGUAGES, language)) return /** @type {keyof typeof LANGUAGES} */ (language);
  }
  return "en";
}

/** The language of the page's words. */
export const language = chooseLanguage();

/** The page's words. @type {typeof en} */
export const t = LANGUAGES[language];

/** What dates and numbers follow: the reader's own variant of the page's language, else that language. */
export const locale = (navigator.languages ?? []).find((wish) => wish.toLowerCase().startsWith(language)) ?? language;
