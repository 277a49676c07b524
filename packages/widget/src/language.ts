import type { LanguageCode, Speech } from "./speech.ts";
import { labels } from "./strings/en.ts";

const ENGLISH: Speech = { code: "en", labels };

/**
 * The labels for where an element stands: by `lang` on it or around it, also outside its shadow root. English comes with the badge, and
 * stands in for what badges do not speak and for what cannot be loaded.
 */
export async function speechFor(element: Element): Promise<Speech> {
  const code = languageAround(element).toLowerCase().split("-")[0];
  if (!code || code === "en") return ENGLISH;
  return import("./languages.ts").then(({ loadSpeech }) => loadSpeech(code)).catch(() => ENGLISH);
}

function languageAround(element: Element): string {
  const found = element.closest("[lang]");
  const { host } = element.getRootNode() as Partial<ShadowRoot>;
  return found?.getAttribute("lang") ?? (host ? languageAround(host) : "");
}

/** Which way a language is written. */
export function directionOf(code: LanguageCode): "ltr" | "rtl" {
  return code === "ar" ? "rtl" : "ltr";
}
