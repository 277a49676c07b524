import { userEvent } from "vitest/browser";
import type { OmlaBadge } from "../src/omla-badge.ts";
import { buttonOf } from "./badge-page.ts";

export function panelOf(badge: OmlaBadge): HTMLElement {
  return badge.shadowRoot!.querySelector<HTMLElement>(".panel")!;
}

/** Opens the details with a real click and waits until what they load is shown. */
export async function openPanel(badge: OmlaBadge): Promise<HTMLElement> {
  await userEvent.click(buttonOf(badge));
  await until(() => panelOf(badge)?.matches(":popover-open") && !panelOf(badge).querySelector("[data-coming]"));
  return panelOf(badge);
}

/** Waits frame by frame for what the test is about; the runner's own time-out is the limit. */
export async function until(isSo: () => boolean | undefined): Promise<void> {
  while (!isSo()) await new Promise((resolve) => requestAnimationFrame(resolve));
}
