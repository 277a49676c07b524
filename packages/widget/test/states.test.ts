import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cdp, page } from "vitest/browser";
import { STATES } from "../gallery/scenarios.ts";
import type { Stage } from "../gallery/stage.ts";
import type { OmlaBadge } from "../src/omla-badge.ts";
import { APPEARANCE, type BadgeState } from "../src/state.ts";
import { labels } from "../src/strings/en.ts";
import { buttonOf, isGreen, labelOf, showBadge } from "./badge-page.ts";
import { contrast } from "./contrast.ts";
import { setStage } from "./every-state.ts";
import { openPanel, until } from "./panel-page.ts";

let stage: Stage;

beforeEach(async () => {
  stage = await setStage();
});
afterEach(async () => {
  document.body.replaceChildren();
  document.documentElement.removeAttribute("style");
  await cdp().send("Emulation.setEmulatedMedia", { features: [] });
});

/** A badge in the state; one that loads for ever never finishes, so it is only waited for until it has spoken. */
async function showState(state: BadgeState, more: Record<string, string> = {}, parent: Element = document.body): Promise<OmlaBadge> {
  const attributes = { ...stage.attributes[state], ...more };
  if (state !== "loading") return showBadge(attributes, parent);
  const badge = document.createElement("omla-badge");
  for (const [name, value] of Object.entries(attributes)) badge.setAttribute(name, value);
  parent.append(badge);
  await until(() => badge.hasUpdated && labelOf(badge) !== "…");
  return badge;
}

async function emulate(name: string, value: string): Promise<void> {
  await cdp().send("Emulation.setEmulatedMedia", { features: [{ name, value }] });
}

it("gives green to three states only, and only to what is proven", () => {
  const good = STATES.filter((state) => APPEARANCE[state].role === "good");
  expect(good).toEqual(["registered", "reporting", "compliant"]);
  expect(good.every((state) => APPEARANCE[state].tone === "proven")).toBe(true);
  expect(STATES.length).toBe(18);
});

describe.each(STATES)("the state %s", (state) => {
  it("is found out by the badge itself and reads as it should", async () => {
    const badge = await showState(state);
    expect(badge.state).toBe(state);
    const host = "my-own-registry.example";
    expect(labelOf(badge)).toBe(state === "unreachable" ? "Nov 12: Compliant" : labels[state].replace("{host}", host));
    expect(isGreen(badge)).toBe(APPEARANCE[state].role === "good");
  });

  it.each(["light", "dark"])("can be read in the %s theme", async (theme) => {
    const badge = await showState(state, { theme });
    const label = badge.shadowRoot!.querySelector("[part=label]")!;
    const mark = badge.shadowRoot!.querySelector("[part=mark]")!;
    expect(contrast(getComputedStyle(label).color, getComputedStyle(buttonOf(badge)).backgroundColor)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(getComputedStyle(mark).color, getComputedStyle(mark).backgroundColor)).toBeGreaterThanOrEqual(4.5);
  });

  it("follows the page's own colour scheme", async () => {
    const badge = await showState(state);
    const light = getComputedStyle(buttonOf(badge)).backgroundColor;
    document.documentElement.style.colorScheme = "dark";
    expect(getComputedStyle(buttonOf(badge)).backgroundColor).not.toBe(light);
  });

  it("is drawn in system colours where colours are forced", async () => {
    await emulate("forced-colors", "active");
    const badge = await showState(state);
    const { color, backgroundColor } = getComputedStyle(buttonOf(badge));
    expect(contrast(color, backgroundColor)).toBeGreaterThanOrEqual(4.5);
    expect(getComputedStyle(badge.shadowRoot!.querySelector("path")!).stroke).toBe(color);
  });

  it.each(["light", "dark"])("has no finding of axe in the %s theme, closed and open", async (theme) => {
    document.documentElement.style.colorScheme = theme;
    const badge = await showState(state);
    expect(await findings(badge)).toEqual([]);
    await openPanel(badge);
    expect(await findings(badge)).toEqual([]);
  });

  it("fits its whole text, except a long registry, into the badge", async () => {
    const badge = await showState(state);
    const label = badge.shadowRoot!.querySelector<HTMLElement>("[part=label]")!;
    if (state !== "claimed") expect(label.scrollWidth).toBeLessThanOrEqual(label.clientWidth);
    expect(badge.getBoundingClientRect().height).toBeGreaterThanOrEqual(24);
  });

  it("stays inside a narrow column and at four times the text size", async () => {
    const column = document.createElement("div");
    column.style.cssText = "width: 120px; font-size: 64px";
    document.body.append(column);
    const narrow = await showState(state, {}, column);
    expect(narrow.getBoundingClientRect().width).toBeLessThanOrEqual(120);
    document.documentElement.style.fontSize = "64px";
    const large = await showState(state);
    expect(large.getBoundingClientRect().width).toBeLessThanOrEqual(document.documentElement.clientWidth);
    expect(large.getBoundingClientRect().height).toBeGreaterThanOrEqual(90);
  });
});

async function findings(badge: OmlaBadge): Promise<string[]> {
  const { violations } = await axe.run(badge, { rules: { region: { enabled: false } } });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ""}`));
}

it("moves nothing on the page between loading and any verdict", async () => {
  const shifts: number[] = [];
  const observer = new PerformanceObserver((list) =>
    shifts.push(...list.getEntries().map((entry) => (entry as PerformanceEntry & { value: number }).value)),
  );
  observer.observe({ type: "layout-shift", buffered: false });
  const text = document.createElement("p");
  document.body.append(text);
  for (const state of STATES) {
    text.append("before ");
    await showState(state, {}, text);
    text.append(" after ");
  }
  const widths = [...text.querySelectorAll("omla-badge")].map((badge) => badge.getBoundingClientRect().width);
  expect(new Set(widths).size).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  observer.disconnect();
  expect(shifts).toEqual([]);
});

it("animates nothing, so that nobody has to ask for less motion", async () => {
  const badge = await showState("compliant");
  await openPanel(badge);
  expect(document.getAnimations()).toEqual([]);
  const moving = [...badge.shadowRoot!.querySelectorAll("*")].filter((element) => getComputedStyle(element).transitionDuration !== "0s");
  expect(moving).toEqual([]);
});

it("takes over none of the page's text style", async () => {
  document.body.style.cssText =
    "text-transform: uppercase; letter-spacing: 1em; font: italic 40px serif; white-space: pre; text-align: right; visibility: visible";
  const { fontSize, textTransform, letterSpacing, fontStyle } = getComputedStyle(
    (await showState("compliant")).shadowRoot!.querySelector("[part=label]")!,
  );
  expect({ fontSize, textTransform, letterSpacing, fontStyle }).toEqual({
    fontSize: "12px",
    textTransform: "none",
    letterSpacing: "normal",
    fontStyle: "normal",
  });
  document.body.removeAttribute("style");
});

it("is one button to a screen reader, with one name in words: OMLA and the state", async () => {
  await showState("under_review");
  await expect.element(page.getByRole("button", { name: "OMLA Under review", exact: true, expanded: false })).toBeVisible();
});
