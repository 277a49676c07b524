import type { Tx } from "../../db/database.ts";

/** The keys that may sign for a model, and the owner's key of a wallet where one is named. */
export async function findSigners(tx: Tx, modelId: string, walletAddress: string | null): Promise<string[]> {
  const { rows } = await tx.query<{ key: string }>(
    `select ed25519_pubkey as key from omla.models where id = $1
     union select recovery_pubkey from omla.models where id = $1 and recovery_pubkey is not null
     union select owner_pubkey from omla.wallets where address = $2 and owner_pubkey is not null`,
    [modelId, walletAddress],
  );
  return rows.map(({ key }) => key);
}

/** A document whose signature holds, as the functions of the database take it. */
export interface VerifiedDocument {
  readonly body: string;
  readonly digest: string;
  readonly signature: string;
  readonly signer: string;
  readonly privateText: string | null;
}

/** A function of the database that takes one kind of document: its name and which members it wants. */
export interface ApplyFunction {
  readonly name: string;
  readonly takes: readonly (keyof VerifiedDocument)[];
}

/**
 * Hands a verified document to the one function that may act on it.
 *
 * @param apply - from the table of signed actions, never from a request
 */
export async function applyDocument(
  tx: Tx,
  { name, takes }: ApplyFunction,
  document: VerifiedDocument,
): Promise<Readonly<Record<string, unknown>>> {
  const list = takes.map((_member, at) => `$${at + 1}`).join(", ");
  const { rows } = await tx.query<{ answer: Readonly<Record<string, unknown>> }>(
    `select omla.${name}(${list}) as answer`,
    takes.map((member) => document[member]),
  );
  const [row] = rows;
  if (row === undefined) throw new TypeError("a function gives one row");
  return row.answer;
}
