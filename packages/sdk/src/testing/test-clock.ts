export interface Duration {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
}

/** A clock that stands still until it is moved. */
export interface TestClock {
  now(): Date;
  /** Moves the clock forward, by a duration or by milliseconds. */
  advance(by: Duration | number): void;
  /** Puts the clock to a moment, also backwards. */
  set(to: Date | string): void;
}

const DAY_MS = 86_400_000;

export function createTestClock(start: Date | string): TestClock {
  let nowMs = readMs(start);
  return {
    now: () => new Date(nowMs),
    advance: (by) => {
      nowMs += typeof by === "number" ? by : durationMs(by);
    },
    set: (to) => {
      nowMs = readMs(to);
    },
  };
}

function readMs(time: Date | string): number {
  const ms = new Date(time).getTime();
  if (Number.isNaN(ms)) throw new RangeError(`${String(time)} is not a time`);
  return ms;
}

function durationMs({ days = 0, hours = 0, minutes = 0, seconds = 0 }: Duration): number {
  return days * DAY_MS + hours * 3_600_000 + minutes * 60_000 + seconds * 1_000;
}
