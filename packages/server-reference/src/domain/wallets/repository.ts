import type { Tx } from "../../db/database.ts";
import type { WalletInput } from "./schema.ts";

/** A wallet of its own, through the one function that can; it writes the audit row. */
export async function registerWallet(
  tx: Tx,
  { address, owner_pubkey, label }: WalletInput,
): Promise<{ wallet_id: string; address: string }> {
  const { rows } = await tx.query<{ answer: { wallet_id: string; address: string } }>("select omla.register_wallet($1, $2, $3) as answer", [
    address,
    owner_pubkey,
    label,
  ]);
  const [row] = rows;
  if (row === undefined) throw new TypeError("a function gives one row");
  return row.answer;
}

export interface WalletRow {
  readonly address: string;
  /** Null for a wallet of an owner's key. */
  readonly model_id: string | null;
}

export async function findWallet(tx: Tx, column: "id" | "address", value: string): Promise<WalletRow | undefined> {
  const { rows } = await tx.query<WalletRow>(`select address, model_id from omla.wallets where ${COLUMNS[column]}`, [value]);
  return rows[0];
}

const COLUMNS: Readonly<Record<"id" | "address", string>> = {
  id: "id = case when $1 ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then $1::uuid end",
  address: "address = lower($1)",
};
