import { html, svg, type TemplateResult } from "lit";
import type { SplitRow } from "./panel-data.ts";

const WIDTH = 100;
/** Rows with a colour of their own; what is left is the last, grey one. */
export const MAX_ROWS = 5;

/** One bar of all shares, the largest first; the list beside it says the same in words. */
export function splitChart(splits: readonly SplitRow[]): TemplateResult {
  let x = 0;
  const parts = splits.slice(0, MAX_ROWS).map(({ percentage }, index) => {
    const at = x;
    x += percentage;
    return svg`<rect class=${`part-${index}`} x=${at} width=${percentage} height="8"></rect>`;
  });
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} 8" preserveAspectRatio="none" aria-hidden="true">
    <rect class="part-rest" width=${WIDTH} height="8"></rect>
    ${parts}
  </svg>`;
}
