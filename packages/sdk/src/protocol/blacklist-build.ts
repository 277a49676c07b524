import { type BlacklistBody, NO_PREVIOUS, readBlacklist, UNSIGNED_PLACEHOLDER } from "./blacklist-schema.ts";
import { type SignableFile, signableFile } from "./build-file.ts";
import { previousQuarter, quarterOf } from "./quarter.ts";
import type { JsonObject } from "./strict-subset.ts";
import { formatTimestamp } from "./timestamp.ts";

/** What a publisher decides about a list; unknown members are kept and signed. */
export type BlacklistContent = Omit<BlacklistBody, "spec" | "entry_count" | "critical"> & { readonly critical?: readonly string[] };

/** The members of a list that follow from the one before it and the clock. */
export type Edition = Pick<BlacklistBody, "sequence" | "quarter" | "generated_at" | "next_update" | "expires_at" | "prev_sha256">;

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** A quarter, and two weeks for a publisher that is late. */
const LIFETIME_DAYS = 106;

/**
 * Builds a list that waits for its signatures; `spec`, `critical` (none) and `entry_count` are filled in.
 *
 * @returns body, digest and the 50-byte message that signers sign; {@link assembleFile} makes the file
 * @throws {OmlaError} LIST_SCHEMA | LIST_CRITICAL | CANONICAL_JSON with the path of the field at fault
 * @see docs/spec/7-blacklist.md clauses 7.2 to 7.9 and 7.21
 * @example
 * const list = await buildBlacklist({ ...nextEdition(null, new Date()), keyset_version: 1, entries: [] });
 * const file = assembleFile(list, await signFile(list, [secretKey]));
 */
export async function buildBlacklist(content: BlacklistContent): Promise<SignableFile<BlacklistBody>> {
  const body = { critical: [], ...content, spec: "omla-blacklist/1" as const, entry_count: content.entries.length };
  const file = await signableFile<BlacklistBody>("blacklist", body);
  // Read as it will be read, apart from the signatures.
  readBlacklist({ ...file.body, signature: UNSIGNED_PLACEHOLDER, signatures: [] } as unknown as JsonObject);
  return file;
}

/**
 * The edition after a list: the next number, the hash of the one before, the quarter that ended last, a week until the next.
 *
 * @param previous - the last published list, null before the first
 * @param options - `lifetimeDays` until the list expires, 106 unless said and at most 120
 * @see docs/spec/7-blacklist.md clauses 7.3, 7.4 and 7.19
 */
export function nextEdition(
  previous: { readonly sequence: number; readonly digest: string } | null,
  now: Date,
  { lifetimeDays = LIFETIME_DAYS }: { readonly lifetimeDays?: number } = {},
): Edition {
  const after = (ms: number): string => formatTimestamp(new Date(now.getTime() + ms));
  return {
    sequence: (previous?.sequence ?? 0) + 1,
    quarter: previousQuarter(quarterOf(now)),
    generated_at: after(0),
    next_update: after(WEEK_MS),
    expires_at: after(lifetimeDays * DAY_MS),
    prev_sha256: previous?.digest ?? NO_PREVIOUS,
  };
}
