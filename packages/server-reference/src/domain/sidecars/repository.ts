import type { Tx } from "../../db/database.ts";

export interface RegistryRecord {
  readonly registered: boolean;
  readonly model_id: string | null;
  readonly address: string | null;
  readonly ed25519_pubkey: string | null;
  readonly state: string | null;
}

/** The registry's answer about a model id, as everybody gets it. */
export async function findRecord(tx: Tx, modelId: string): Promise<RegistryRecord | null> {
  const { rows } = await tx.query<RegistryRecord>(
    "select registered, model_id, address, ed25519_pubkey, state from public.verify_many(ids => array[$1::text])",
    [modelId],
  );
  return rows[0]?.registered === true ? rows[0] : null;
}
