import { readFileSync } from "node:fs";
import { ConfigError } from "./config-error.ts";

/** Where all time comes from, so that a test or a demonstration can move it. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands where a file says, so that a rehearsal can move the time of several processes. */
export function createFileClock(path: string): Clock {
  return {
    now: () => {
      const time = new Date(readOrNothing(path).trim());
      if (Number.isNaN(time.getTime()))
        throw new ConfigError([
          `OMLA_CLOCK_FILE points to ${path}, which holds no time such as 2026-07-01T00:00:00Z: write one, or unset it`,
        ]);
      return time;
    },
  };
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** A clock that stands still until it is moved. */
export interface MovableClock extends Clock {
  set(time: Date | string): void;
  advance(step: { readonly days?: number; readonly hours?: number; readonly minutes?: number; readonly seconds?: number }): void;
}

const SECOND_MS = 1_000;

export function createMovableClock(start: Date | string): MovableClock {
  let timeMs = new Date(start).getTime();
  return {
    now: () => new Date(timeMs),
    set: (time) => {
      timeMs = new Date(time).getTime();
    },
    advance: ({ days = 0, hours = 0, minutes = 0, seconds = 0 }) => {
      timeMs += (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * SECOND_MS;
    },
  };
}
