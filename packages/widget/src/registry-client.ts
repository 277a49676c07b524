import { type Fetch, fetchText } from "./fetch-text.ts";
import type { LastKnown, Memory } from "./memory.ts";
import { readAnswers, type RegistryAnswer } from "./registry-record.ts";
import { createSharedCache } from "./shared-cache.ts";

/** What is asked about: the argument of `verify_many` that carries it, and its value. */
export interface Query {
  readonly kind: "addresses" | "hashes" | "ids";
  readonly value: string;
}

/** Asks registries; questions of one moment travel together, answers are shared by all badges of the page. */
export interface RegistryClient {
  /** A record, null where the model is not registered, undefined where there is no valid answer. Never rejects. */
  ask(registry: string, query: Query): Promise<RegistryAnswer>;
  /** The last answer that was seen, also in an earlier visit. */
  recall(registry: string, query: Query): LastKnown | undefined;
}

interface Question extends Query {
  readonly settle: (answer: RegistryAnswer) => void;
}

const MAX_BATCH = 100;
const GATHER_MS = 25;
const MAX_ANSWER_BYTES = 512 * 1024;

/** One queue and one cache. @param now - milliseconds since 1970 */
export function createRegistryClient(fetch: Fetch, now: () => number, memory: Memory): RegistryClient {
  const cache = createSharedCache<RegistryAnswer>(now);
  const waiting = new Map<string, Question[]>();

  function enqueue(registry: string, query: Query): Promise<RegistryAnswer> {
    return new Promise((settle) => {
      const questions = waiting.get(registry) ?? [];
      if (questions.push({ ...query, settle }) > 1) return;
      waiting.set(registry, questions);
      setTimeout(() => {
        waiting.delete(registry);
        for (let at = 0; at < questions.length; at += MAX_BATCH) void send(registry, questions.slice(at, at + MAX_BATCH));
      }, GATHER_MS);
    });
  }

  async function send(registry: string, questions: readonly Question[]): Promise<void> {
    const asked: Partial<Record<Query["kind"], string[]>> = {};
    for (const { kind, value } of questions) (asked[kind] ??= []).push(value);
    const answers = await callRegistry(fetch, registry, "verify_many", asked)
      .then(readAnswers)
      .catch(() => undefined);
    const seen: [string, LastKnown][] = [];
    for (const { settle, ...query } of questions) {
      const answer = answers?.get(query.value);
      if (answer) seen.push([keyOf(registry, query), answer]);
      settle(answer);
    }
    memory.remember(seen);
  }

  return {
    ask: (registry, query) => cache(keyOf(registry, query), () => enqueue(registry, query)),
    recall: (registry, query) => memory.recall(keyOf(registry, query)),
  };
}

function keyOf(registry: string, { kind, value }: Query): string {
  return `${registry} ${kind} ${value}`;
}

/**
 * Calls a function of a registry without cookies, without saying which page asks, and follows it nowhere else.
 *
 * @throws where there is no answer, or none in JSON
 */
export async function callRegistry(fetch: Fetch, registry: string, name: string, body: unknown): Promise<unknown> {
  const text = await fetchText(
    fetch,
    `${registry}/rest/v1/rpc/${name}`,
    {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      credentials: "omit",
      referrerPolicy: "no-referrer",
      redirect: "error",
    },
    MAX_ANSWER_BYTES,
  );
  return JSON.parse(text as string) as unknown;
}
