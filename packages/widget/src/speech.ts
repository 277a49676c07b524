import type { Details, Labels } from "./strings/labels.ts";

/** The languages that badges speak. */
export type LanguageCode = "en" | "es" | "fr" | "de" | "pt" | "zh" | "ja" | "ko" | "ar" | "hi";

/** The labels of a language, and which language it is. */
export interface Speech {
  readonly code: LanguageCode;
  readonly labels: Labels;
}

/** All texts of a language. */
export interface Language {
  readonly labels: Labels;
  readonly details: Details;
}
