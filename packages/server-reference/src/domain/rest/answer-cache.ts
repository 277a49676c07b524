import { createHash } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { RestAnswer } from "../../postgrest/index.ts";

/** An answer that strangers get, with the validator of its bytes. */
export interface CachedAnswer extends RestAnswer {
  readonly etag: string;
}

/** Answers that strangers were just given: the same question within some seconds gets the same bytes. */
export interface AnswerCache {
  get(question: string): CachedAnswer | undefined;
  set(question: string, answer: CachedAnswer): void;
  /** After a write through this process, which its own readers see at once. */
  clear(): void;
}

const MOST_ANSWERS = 10_000;

/** @param ageMs - how long an answer is good; 0 keeps none */
export function createAnswerCache(clock: Clock, ageMs: number): AnswerCache {
  const held = new Map<string, { readonly answer: CachedAnswer; readonly until: number }>();
  const now = (): number => clock.now().getTime();
  return {
    get: (question) => {
      const entry = held.get(question);
      return entry !== undefined && entry.until > now() ? entry.answer : undefined;
    },
    set: (question, answer) => {
      if (ageMs === 0) return;
      // All are of the same age limit, so the oldest stand first.
      held.delete(question);
      held.set(question, { answer, until: now() + ageMs });
      if (held.size > MOST_ANSWERS) held.delete(held.keys().next().value ?? "");
    },
    clear: () => held.clear(),
  };
}

/** A strong validator: the digest of the bytes. */
export function etagOf(body: string): string {
  return `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
}

/** Whether `If-None-Match` names what is there. */
export function isKnown(header: string | undefined, etag: string): boolean {
  return header !== undefined && header.split(",").some((one) => one.trim().replace(/^W\//, "") === etag || one.trim() === "*");
}
