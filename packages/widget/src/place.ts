const GAP_PX = 6;
const EDGE_PX = 8;

/** Puts a fixed panel under its anchor, or above where there is more room, and inside the viewport; by properties, as strict pages demand. */
export function placeBeside(panel: HTMLElement, anchor: Element): void {
  const at = anchor.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const { width, height } = panel.getBoundingClientRect();
  const below = clientHeight - at.bottom;
  const top = below < height + GAP_PX && at.top > below ? at.top - GAP_PX - height : at.bottom + GAP_PX;
  const start = getComputedStyle(panel).direction === "rtl" ? at.right - width : at.left;
  panel.style.left = `${clamp(start, clientWidth - width)}px`;
  panel.style.top = `${clamp(top, clientHeight - height)}px`;
}

function clamp(value: number, most: number): number {
  return Math.max(EDGE_PX, Math.min(value, most - EDGE_PX));
}
