import { assembleFile, buildKeyset, formatTimestamp, type Keyset, signFile } from "@omla/sdk/protocol";
import type { AssociationKey } from "../../association-keys.ts";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { appendAudit } from "../audit/repository.ts";
import { blacklistError } from "./errors.ts";
import { findKeyset, insertKeyset } from "./repository.ts";

/** The keys under which this registry's lists verify, as readers pin them. */
export interface CurrentKeys {
  readonly version: number;
  readonly threshold: number;
  readonly keys: readonly { readonly key_id: string; readonly public_key: string; readonly role: "list" | "heartbeat" }[];
}

/** How long a keyset is good for, unless a rotation says otherwise: two years. */
export const KEYSET_LIFETIME_MS = 2 * 365 * 86_400_000;
const NO_KEYS: CurrentKeys = { version: 0, threshold: 0, keys: [] };

export async function currentKeys(tx: Tx): Promise<CurrentKeys> {
  const latest = await findKeyset(tx, "latest");
  if (latest === undefined) return NO_KEYS;
  const { version, threshold, keys } = JSON.parse(latest.raw) as Keyset;
  return { version, threshold, keys };
}

export function listKeysOf({ keys }: Pick<CurrentKeys, "keys">): string[] {
  return keys.filter(({ role }) => role === "list").map(({ public_key }) => public_key);
}

/**
 * The version that a list signed by this key names; the first key makes the first keyset.
 *
 * @throws {ApiError} SIGNING_KEY_UNKNOWN where a keyset stands that does not hold the key
 */
export async function keysetVersionFor(ctx: AppContext, tx: Tx, key: AssociationKey): Promise<number> {
  const current = await currentKeys(tx);
  if (current.version === 0) return publishFirstKeyset(ctx, tx, key);
  if (listKeysOf(current).includes(key.publicKey)) return current.version;
  throw blacklistError("SIGNING_KEY_UNKNOWN", `Keyset ${current.version} does not hold the key ${key.keyId}.`);
}

async function publishFirstKeyset(ctx: AppContext, tx: Tx, key: AssociationKey): Promise<number> {
  const now = ctx.clock.now();
  const expiresAt = new Date(now.getTime() + KEYSET_LIFETIME_MS);
  const { heartbeat } = ctx.keys;
  const keyset = await buildKeyset({
    version: 1,
    threshold: 1,
    keys: [
      { public_key: key.publicKey, role: "list" },
      ...(heartbeat === undefined ? [] : [{ public_key: heartbeat.publicKey, role: "heartbeat" as const }]),
    ],
    min_sequence: 1,
    generated_at: formatTimestamp(now),
    expires_at: formatTimestamp(expiresAt),
  });
  const raw = assembleFile(keyset, await signFile(keyset, [key.secretKey]));
  await insertKeyset(tx, { version: 1, threshold: 1, raw, expires_at: expiresAt });
  await appendAudit(tx, {
    actor: key.keyId,
    action: "keyset.publish",
    entity: "keyset",
    entityId: "1",
    detail: { after: { digest: keyset.digest } },
  });
  return 1;
}
