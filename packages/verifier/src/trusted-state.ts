import { type Blacklist, listState, type ListState } from "@omla/sdk/protocol";
import type { IndexOfEntries } from "./index-of-entries.ts";
import type { Standing } from "./policy.ts";

/** Trust in a list that is not renewed runs out after this long, past `next_update` or `expires_at`. */
export const GRACE_MS: number = 14 * 86_400_000;
/** How far two honest clocks may differ. */
export const SKEW_MS = 300_000;
/** The last moment that a `Date` can show. */
const LAST_MOMENT_MS = 8.64e15;

/** The list that answers now, with what it was accepted on. */
export interface HeldList {
  readonly facts: Pick<Blacklist, "sequence" | "generated_at" | "next_update" | "expires_at" | "entry_count">;
  readonly index: IndexOfEntries;
  readonly digest: string;
  /** Bytes of the canonical body. */
  readonly length: number;
  readonly signed: boolean;
  readonly keyIds: readonly string[];
  readonly source: "network" | "disk";
  /** Whether a heartbeat has named a later list. */
  readonly aged: boolean;
}

/**
 * A clock that does not run backwards: the latest of what the wall showed and what verified lists said.
 *
 * @see docs/spec/7-blacklist.md
 */
export class GuardedClock {
  readonly #wallMs: () => number;
  readonly #onRollback: (byMs: number) => void;
  #latest = 0;
  #isBehind = false;

  constructor(wallMs: () => number, onRollback: (byMs: number) => void) {
    this.#wallMs = wallMs;
    this.#onRollback = onRollback;
  }

  /** The latest moment that was ever seen; what is kept on disk. */
  get latestMs(): number {
    return this.#latest;
  }

  /** Takes note of a moment that has certainly passed. */
  witness(ms: number): void {
    if (ms > this.#latest && ms <= LAST_MOMENT_MS) this.#latest = ms;
  }

  now(): Date {
    return new Date(this.nowMs());
  }

  /** The same as a number, for every request. */
  nowMs(): number {
    const ms = this.#readWall();
    if (ms === undefined) return Math.max(this.#latest, Date.now());
    const behindMs = this.#latest - ms;
    if (!(behindMs > SKEW_MS)) {
      this.#isBehind = false;
      this.witness(ms);
      return ms;
    }
    if (!this.#isBehind) this.#onRollback(behindMs);
    this.#isBehind = true;
    return this.#latest;
  }

  /** Undefined where the operator's clock throws or shows no moment: then the machine's stands in, or a list would never expire. */
  #readWall(): number | undefined {
    try {
      const ms = this.#wallMs();
      return Math.abs(ms) <= LAST_MOMENT_MS ? ms : undefined;
    } catch {
      return undefined;
    }
  }
}

/** How a list stands: its state, how long it has been so, and its number. */
export interface ListStanding {
  readonly state: ListState | "NONE";
  readonly standing: Standing;
  readonly sequence: number | null;
}

export const NO_LIST: ListStanding = { state: "NONE", standing: "NONE", sequence: null };

/** How the held list stands at a moment. */
export function standingOf(held: HeldList | undefined, now: Date): ListStanding {
  if (held === undefined) return NO_LIST;
  const { facts, signed, aged } = held;
  const state = listState({ list: facts, signed, now, aged });
  return { state, standing: lengthen(state, facts, now), sequence: facts.sequence };
}

function lengthen(state: ListState, { next_update, expires_at }: HeldList["facts"], now: Date): Standing {
  const since = state === "STALE" ? next_update : state === "EXPIRED" ? expires_at : undefined;
  if (since === undefined || now.getTime() - Date.parse(since) <= GRACE_MS) return state;
  return state === "STALE" ? "STALE_LONG" : "EXPIRED_LONG";
}

/** Remembers how a list stands until the next moment at which that may change: a request must not parse dates. */
export class StandingMemory {
  #held: HeldList | undefined;
  #standing: ListStanding = NO_LIST;
  #fromMs = 0;
  #untilMs = -1;

  at(held: HeldList | undefined, ms: number): ListStanding {
    if (held === this.#held && ms >= this.#fromMs && ms <= this.#untilMs) return this.#standing;
    this.#held = held;
    this.#standing = standingOf(held, new Date(ms));
    this.#fromMs = ms;
    this.#untilMs = Math.min(...turnsOf(held).filter((turn) => turn >= ms));
    return this.#standing;
  }
}

/** The last moments of each standing that a list can have. */
function turnsOf(held: HeldList | undefined): readonly number[] {
  if (held === undefined) return [];
  const [next, expires] = [Date.parse(held.facts.next_update), Date.parse(held.facts.expires_at)];
  return [next, next + GRACE_MS, expires, expires + GRACE_MS];
}
