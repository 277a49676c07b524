/** How long a list that changes too much is held back for the operator to look at. */
export const HOLD_MS: number = 24 * 3_600_000;

/** A change of more than 50 entries and more than a fifth of the list is looked at before it answers. */
export function breaks(changed: number, before: number): boolean {
  return changed > Math.max(50, before / 5);
}

/** Holds a list that changes very much at once back for a day, or until somebody has looked at it. */
export class CircuitBreaker {
  #heldBackSinceMs: number | undefined;
  #isConfirmed = false;

  /** Since when a list waits, as a number; what has to outlive the process. */
  get heldBackSinceMs(): number | undefined {
    return this.#heldBackSinceMs;
  }

  /** Goes on counting where an earlier process stopped: one that is started anew each day must not hold a list back for ever. */
  resume(heldBackSinceMs: number | undefined): void {
    this.#heldBackSinceMs = heldBackSinceMs;
  }

  /** Lets the next list through, however much it changes. */
  confirm(): void {
    this.#isConfirmed = true;
  }

  /**
   * Whether a list that changes so many of `before` entries has to wait.
   *
   * The day is counted from the first that was held back: a registry that publishes anew every few hours must not be held back for ever.
   */
  holdsBack(changed: number, before: number, now: Date): boolean {
    if (this.#isConfirmed || !breaks(changed, before)) return false;
    this.#heldBackSinceMs ??= now.getTime();
    return now.getTime() - this.#heldBackSinceMs < HOLD_MS;
  }

  /** Begins anew after a list was accepted. */
  reset(): void {
    this.#heldBackSinceMs = undefined;
    this.#isConfirmed = false;
  }
}
