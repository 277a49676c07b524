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
