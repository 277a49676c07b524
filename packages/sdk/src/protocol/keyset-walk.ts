import type { PriorList } from "./blacklist.ts";
import { KEYSET_EXPIRED, KEYSET_STEPS } from "./codes/lists.ts";
import { protocolError } from "./errors.ts";
import { type TrustedKeys, type VerifiedKeyset, verifyKeyset } from "./keyset.ts";
import { type Refusal, refusable } from "./signed-file.ts";

const MAX_STEPS = 64;

export interface KeysetWalk {
  readonly ok: true;
  /** The keys after the walk; those it began with where there was no step. */
  readonly trusted: TrustedKeys;
  /** Each accepted version, in order. */
  readonly steps: readonly VerifiedKeyset[];
  /** What the reader remembers of lists from now on; null where there was no step. */
  readonly prior: PriorList | null;
}

/**
 * Walks from the pinned keys to the newest version, one version at a time; a version on the way may have expired, the last may not.
 *
 * @param start - the pinned keys
 * @param candidates - the files of the following versions, in order; may be fetched one by one as they are asked for
 * @param options - `now`, one reading of the clock; `maxSteps`, 64 unless said
 * @returns the new keys, or the code of the first step that fails, KEYSET_STEPS after the last that is allowed; then nothing is to be adopted
 * @see docs/spec/7-blacklist.md clauses 7.23 and 7.24, vectors/keysets.json
 */
export async function walkKeysets(
  start: TrustedKeys,
  candidates: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  options: { readonly now: Date; readonly maxSteps?: number; readonly maxBytes?: number },
): Promise<KeysetWalk | Refusal> {
  return refusable(async () => {
    const { now, maxSteps = MAX_STEPS, ...limits } = options;
    const steps: VerifiedKeyset[] = [];
    let trusted = start;
    for await (const raw of candidates) {
      if (steps.length >= maxSteps) throw protocolError(KEYSET_STEPS, `more than ${maxSteps} versions`);
      const verdict = await verifyKeyset(trusted, raw, limits);
      if (!verdict.ok) throw verdict.error;
      trusted = verdict.trusted;
      steps.push(verdict);
    }
    const last = steps.at(-1);
    if (last && !(now.getTime() <= Date.parse(last.keyset.expires_at)))
      throw protocolError(KEYSET_EXPIRED, "the newest keyset has expired", "expires_at");
    return { ok: true as const, trusted, steps, prior: last?.prior ?? null };
  });
}
