import { buildKeyset, formatTimestamp, type KeysetKey } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { currentKeys, KEYSET_LIFETIME_MS } from "./keyset-service.ts";
import { findLatestList } from "./repository.ts";
import { propose, type Waiting } from "./sign-off-service.ts";

/** What the association decides about its next keys. */
export interface NextKeys {
  readonly keys: readonly Omit<KeysetKey, "key_id">[];
  readonly threshold: number;
  /** The lowest sequence of a list under these keys; the next one, unless said. */
  readonly min_sequence?: number | undefined;
}

/**
 * Proposes the next keyset: it is in force once the threshold of the keys before and of its own have signed it.
 *
 * @throws {OmlaError} KEYSET_SCHEMA with the path of the key at fault
 * @see docs/spec/7-blacklist.md clauses 7.22 to 7.24
 */
export async function proposeKeyset(ctx: AppContext, tx: Tx, { keys, threshold, min_sequence }: NextKeys, actor: string): Promise<Waiting> {
  const now = ctx.clock.now();
  const { version } = await currentKeys(tx);
  const latest = await findLatestList(tx);
  const file = await buildKeyset({
    version: version + 1,
    threshold,
    keys,
    min_sequence: min_sequence ?? (latest?.sequence ?? 0) + 1,
    generated_at: formatTimestamp(now),
    expires_at: formatTimestamp(new Date(now.getTime() + KEYSET_LIFETIME_MS)),
  });
  // Readers pin the first keys by hand; whoever changes them later must not be alone.
  return propose(tx, file, version + 1, 0, version > 0, actor);
}
