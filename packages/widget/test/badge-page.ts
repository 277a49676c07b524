import "../src/define.ts";
import type { OmlaBadge } from "../src/omla-badge.ts";
import type { BadgeState } from "../src/state.ts";
import { PAGE, REGISTRY, SIDECAR_URL } from "./world.ts";

export const SIDECAR_ATTRIBUTES = { src: SIDECAR_URL, registry: REGISTRY, page: PAGE };

/** Puts a badge on the page and gives it back once its look-up is shown. */
export async function showBadge(
  attributes: Record<string, string> = SIDECAR_ATTRIBUTES,
  parent: Element = document.body,
): Promise<OmlaBadge> {
  const badge = document.createElement("omla-badge");
  for (const [name, value] of Object.entries(attributes)) badge.setAttribute(name, value);
  const shown = settled(badge);
  parent.append(badge);
  await shown;
  return badge;
}

/** Resolves when a look-up of this badge is shown. */
export async function settled(badge: OmlaBadge): Promise<void> {
  await new Promise((resolve) => badge.addEventListener("omla-verdict", resolve, { once: true }));
  await badge.updateComplete;
}

export function buttonOf(badge: OmlaBadge): HTMLButtonElement {
  return badge.shadowRoot!.querySelector("button")!;
}

export function labelOf(badge: OmlaBadge): string {
  return badge.shadowRoot!.querySelector("[part=label]")!.textContent.trim();
}

/** Whether the eye sees green: measured in the colours that the browser paints, not in our own words. */
export function isGreen(badge: OmlaBadge): boolean {
  const { color, backgroundColor } = getComputedStyle(buttonOf(badge));
  return [color, backgroundColor].some((paint) => {
    const [red = 0, green = 0, blue = 0] = (paint.match(/[\d.]+/g) ?? []).map(Number);
    return green > red + 8 && green > blue + 8;
  });
}

/** What a reader of the page finds; not green unless said. */
export function seen(badge: OmlaBadge): { state: BadgeState; isGreen: boolean } {
  return { state: badge.state, isGreen: isGreen(badge) };
}
