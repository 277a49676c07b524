const MINUTE_MS = 60_000;
const LONGEST_BACK_OFF_MS = 6 * 60 * MINUTE_MS;
/** `setTimeout` counts in 32 bits. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Until the first download: at once where there is nothing to answer from, else spread over a minute, so that a fleet does not start as one. */
export function startDelayMs(hasList: boolean, random: () => number): number {
  return hasList ? random() * MINUTE_MS : 0;
}

/** Until the next download after a good one: the interval ± 20 %. */
export function successDelayMs(refreshMs: number, random: () => number): number {
  return Math.min(refreshMs * (0.8 + 0.4 * random()), LONGEST_TIMER_MS);
}

/** Until the next try after `failures` in a row: 15 minutes doubling, with jitter, at most 6 hours. */
export function failureDelayMs(failures: number, random: () => number): number {
  return Math.min(2 ** Math.min(failures - 1, 10) * 15 * MINUTE_MS * (1 + random()), LONGEST_BACK_OFF_MS);
}
