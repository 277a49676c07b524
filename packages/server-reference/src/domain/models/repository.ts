import type { Tx } from "../../db/database.ts";

export interface RegisteredModel {
  readonly model_id: string;
  readonly address: string;
  readonly name: string;
  readonly digest: string;
  readonly registered_at: string;
}

export interface SignedRegistration {
  readonly body: string;
  readonly digest: string;
  readonly signature: string;
  readonly privateText: string | null;
}

/** The only way a model comes into the registry; the function checks digest, sets, hashes and lineage, and writes the audit row. */
export async function applyRegistration(tx: Tx, registration: SignedRegistration): Promise<RegisteredModel> {
  const { rows } = await tx.query<{ answer: RegisteredModel }>("select omla.apply_registration($1, $2, $3, $4) as answer", [
    registration.body,
    registration.digest,
    registration.signature,
    registration.privateText,
  ]);
  const [row] = rows;
  if (row === undefined) throw new TypeError("a function gives one row");
  return row.answer;
}
