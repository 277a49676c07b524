import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { STATES } from "../gallery/scenarios.ts";
import { LANGUAGE_CODES, loadLanguage } from "../src/languages.ts";
import type { LanguageCode } from "../src/speech.ts";
import { buttonOf, labelOf, settled, showBadge, SIDECAR_ATTRIBUTES } from "./badge-page.ts";
import { openPanel, until } from "./panel-page.ts";
import { createStorage, createWorld, REGISTRY } from "./world.ts";

beforeEach(async () => void (await createWorld()));
afterEach(() => {
  document.body.replaceChildren();
  document.documentElement.removeAttribute("lang");
});

it("speaks ten languages", () => {
  expect(LANGUAGE_CODES).toEqual(["en", "es", "fr", "de", "pt", "zh", "ja", "ko", "ar", "hi"]);
});

describe.each(LANGUAGE_CODES)("in %s", (code) => {
  it("every state has a short label of its own and a sentence", async () => {
    const { labels, details } = await loadLanguage(code);
    expect(Object.keys(labels).sort()).toEqual([...STATES].sort());
    expect(Object.keys(details.explain).sort()).toEqual([...STATES].sort());
    expect(new Set(Object.values(labels)).size).toBe(STATES.length);
    const letters = Object.entries(labels).map(([state, label]) => [state, Array.from(label.replace("{host}", "")).length] as const);
    expect(letters.filter(([, length]) => length > 22 || length < 2)).toEqual([]);
    expect(Object.values(details.explain).every((sentence) => /[.。।]$/.test(sentence))).toBe(true);
  });

  it("keeps its placeholders", async () => {
    const { labels, details } = await loadLanguage(code);
    expect([labels.claimed, details.commercialUse, details.more].map((text) => /\{\w+\}/.exec(text)?.[0])).toEqual([
      "{host}",
      "{rate}",
      "{count}",
    ]);
    const all = JSON.stringify([labels, details]);
    expect(all.match(/\{\w+\}/g)?.length).toBe(3);
  });

  it("a badge and its panel are in the language, its direction, dates and numbers", async () => {
    const { labels, details } = await loadLanguage(code);
    const badge = await showBadge({ ...SIDECAR_ATTRIBUTES, lang: code });
    expect(labelOf(badge)).toBe(labels.compliant);
    const panel = await openPanel(badge);
    for (const element of [buttonOf(badge), panel])
      expect([element.lang, getComputedStyle(element).direction]).toEqual([code, code === "ar" ? "rtl" : "ltr"]);
    const text = panel.textContent;
    expect(text).toContain(details.explain.compliant);
    expect(text).toContain(
      new Intl.DateTimeFormat(code, { dateStyle: "medium", timeZone: "UTC" }).format(new Date("2026-10-05T00:00:00Z")),
    );
    expect(text).toContain(details.commercialUse.replace("{rate}", new Intl.NumberFormat(code, { style: "percent" }).format(0.3)));
    expect(Object.keys(details.kinds)).toEqual(["model", "dataset", "likeness", "artwork"]);
    expect(new Set(Object.values(details.kinds)).size).toBe(4);
    const kind = [...panel.querySelectorAll("dt")].find(({ textContent }) => textContent === details.kind)!;
    expect(kind.nextElementSibling!.textContent.trim()).toBe(details.kinds.model);
    expect(panel.querySelector(".close")!.getAttribute("aria-label")).toBe(details.close);
  });

  it("names the claimed registry and the day of a last answer", async () => {
    const { labels } = await loadLanguage(code);
    const storage = createStorage();
    const world = await createWorld({ storage });
    await showBadge();
    world.serveSidecar(await world.resign({ registry: "https://other.example" }));
    const later = await createWorld({ storage });
    later.routes.delete(`${REGISTRY}/rest/v1/rpc/verify_many`);
    const day = new Intl.DateTimeFormat(code, { month: "short", day: "numeric", timeZone: "UTC" }).format(new Date("2026-11-20T00:00:00Z"));
    expect(labelOf(await showBadge({ ...SIDECAR_ATTRIBUTES, lang: code }))).toBe(`${day}: ${labels.compliant}`);
    later.serveSidecar(await later.resign({ registry: "https://other.example" }));
    const claimed = await showBadge({ ...SIDECAR_ATTRIBUTES, src: `${SIDECAR_ATTRIBUTES.src}?again`, lang: code });
    expect(labelOf(claimed)).toBe(labels.claimed.replace("{host}", "other.example"));
  });
});

describe("the language of a badge", () => {
  it.each<[tag: string, code: LanguageCode]>([
    ["de-AT", "de"],
    ["pt-BR", "pt"],
    ["zh-Hant-TW", "zh"],
    ["EN-us", "en"],
    ["it", "en"],
    ["", "en"],
    ["constructor", "en"],
  ])("of a page in %s is %s", async (tag, code) => {
    document.documentElement.lang = tag;
    expect((await showBadge()).language).toBe(code);
  });

  it("is the nearest one around it, also through a shadow root", async () => {
    const host = document.createElement("div");
    host.lang = "ja";
    document.body.append(host);
    const inside = document.createElement("div");
    host.attachShadow({ mode: "open" }).append(inside);
    expect((await showBadge(SIDECAR_ATTRIBUTES, inside)).language).toBe("ja");
    expect((await showBadge({ ...SIDECAR_ATTRIBUTES, lang: "fr" }, inside)).language).toBe("fr");
  });

  it("changes with the attribute, while the verdict stays", async () => {
    const badge = await showBadge();
    badge.lang = "es";
    await until(() => labelOf(badge) === "En regla");
    expect(badge.state).toBe("compliant");
    badge.removeAttribute("lang");
    await until(() => labelOf(badge) === "Compliant");
  });

  it("changes in an open panel too", async () => {
    const badge = await showBadge();
    const panel = await openPanel(badge);
    badge.lang = "de";
    await until(() => panel.textContent.includes("Wer bezahlt wird"));
    expect(panel.lang).toBe("de");
  });

  it("waits for the reader: nothing is loaded or said before the badge is near", async () => {
    const space = document.createElement("div");
    space.style.height = "5000px";
    document.body.append(space);
    const badge = document.createElement("omla-badge");
    for (const [name, value] of Object.entries({ ...SIDECAR_ATTRIBUTES, lang: "ko" })) badge.setAttribute(name, value);
    document.body.append(badge);
    await until(() => badge.hasUpdated);
    expect(labelOf(badge)).toBe("…");
    const shown = settled(badge);
    badge.scrollIntoView();
    await shown;
    expect(labelOf(badge)).toBe("준수");
  });
});
