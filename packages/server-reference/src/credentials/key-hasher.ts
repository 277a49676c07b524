import { createHmac } from "node:crypto";
import { hash, verify } from "@node-rs/bcrypt";
import type { Clock } from "../clock.ts";
import { bcryptInput } from "./api-key.ts";

export interface KeyHasher {
  hash(key: string): Promise<string>;
  /** Whether the pair matched within the last minute: then nothing has to be computed. */
  remembers(key: string, storedHash: string | undefined): boolean;
  /** Compares with bcrypt, at most once a minute per key; without a stored hash it takes as long and says no. */
  matches(key: string, storedHash: string | undefined): Promise<boolean>;
}

const DEFAULT_COST = 10;
const CACHE_MS = 60_000;
const CACHE_ENTRIES = 10_000;
const MAX_IN_FLIGHT = 4;

/**
 * Hashes API keys as bcrypt(base64(SHA-256(key))) and remembers for a minute which key matched which hash.
 *
 * A revoked key's row is read anew on every request, so the cache never keeps one alive.
 * @param pepper - keys the cache, so that a memory dump holds no usable key
 * @param cost - bcrypt's; each step up doubles the time
 */
export function createKeyHasher(pepper: string, clock: Clock, cost: number = DEFAULT_COST): KeyHasher {
  const matched = new Map<string, number>();
  const entryOf = (key: string, storedHash: string | undefined): string =>
    createHmac("sha256", pepper)
      .update(`${storedHash ?? ""}\0${key}`)
      .digest("base64");
  const remembers: KeyHasher["remembers"] = (key, storedHash) => (matched.get(entryOf(key, storedHash)) ?? 0) > clock.now().getTime();
  const run = createGate(MAX_IN_FLIGHT);
  const decoy = hash(bcryptInput(pepper), { cost });
  return {
    hash: (key) => run(() => hash(bcryptInput(key), { cost })),
    remembers,
    matches: async (key, storedHash) => {
      if (remembers(key, storedHash)) return true;
      const fits = await run(async () => verify(bcryptInput(key), storedHash ?? (await decoy)));
      if (!fits || storedHash === undefined) return false;
      if (matched.size >= CACHE_ENTRIES) matched.clear();
      matched.set(entryOf(key, storedHash), clock.now().getTime() + CACHE_MS);
      return true;
    },
  };
}

/** Lets a few at a time through: bcrypt keeps a thread busy for tens of milliseconds. */
function createGate(width: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return async (work) => {
    if (busy >= width) await new Promise<void>((resolve) => waiting.push(resolve));
    else busy += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) busy -= 1;
      else next();
    }
  };
}
