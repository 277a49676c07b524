const GAP_PX = 6;
const EDGE_PX = 8;
/** Less than this is too little to read in: then the panel rather covers its badge. */
const LEAST_HEIGHT_PX = 280;

/** Puts a fixed panel under its anchor, or above where there is more room, and inside the viewport; by properties, as strict pages demand. */
export function placeBeside(panel: HTMLElement, anchor: Element): void {
  const at = anchor.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  panel.style.maxHeight = "";
  const { width, height } = panel.getBoundingClientRect();
  const below = clientHeight - at.bottom - GAP_PX - EDGE_PX;
  const above = at.top - GAP_PX - EDGE_PX;
  const isBelow = height <= below || below >= above;
  const shown = Math.min(height, Math.max(isBelow ? below : above, LEAST_HEIGHT_PX));
  const top = isBelow ? at.bottom + GAP_PX : at.top - GAP_PX - shown;
  const start = getComputedStyle(panel).direction === "rtl" ? at.right - width : at.left;
  panel.style.maxHeight = `${shown}px`;
  panel.style.left = `${clamp(start, clientWidth - width)}px`;
  panel.style.top = `${clamp(top, clientHeight - shown)}px`;
}

function clamp(value: number, most: number): number {
  return Math.max(EDGE_PX, Math.min(value, most - EDGE_PX));
}
