import { createMovableClock, type MovableClock } from "../../src/clock.ts";

/** The middle of the second quarter of 2026. */
export const START = "2026-05-15T12:00:00Z";

export function movableClock(): MovableClock {
  return createMovableClock(START);
}
