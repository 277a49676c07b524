import type { Language, LanguageCode, Speech } from "./speech.ts";
import { details } from "./strings/en-details.ts";
import { labels } from "./strings/en.ts";

const ENGLISH: Language = { labels, details };

/** Each language in a file of its own. */
const LOAD: Readonly<Record<LanguageCode, () => Promise<Language>>> = {
  en: () => Promise.resolve(ENGLISH),
  es: () => import("./strings/es.ts"),
  fr: () => import("./strings/fr.ts"),
  de: () => import("./strings/de.ts"),
  pt: () => import("./strings/pt.ts"),
  zh: () => import("./strings/zh.ts"),
  ja: () => import("./strings/ja.ts"),
  ko: () => import("./strings/ko.ts"),
  ar: () => import("./strings/ar.ts"),
  hi: () => import("./strings/hi.ts"),
};

/** The languages that badges speak. */
export const LANGUAGE_CODES: readonly LanguageCode[] = Object.keys(LOAD) as LanguageCode[];

/** The texts of a language. Rejects where they cannot be loaded. */
export function loadLanguage(code: LanguageCode): Promise<Language> {
  return LOAD[code]();
}

/** The labels of a language by the first part of its tag; English for one that badges do not speak. */
export async function loadSpeech(code: string): Promise<Speech> {
  const known = LANGUAGE_CODES.find((one) => one === code) ?? "en";
  return { code: known, labels: (await LOAD[known]()).labels };
}
