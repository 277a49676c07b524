import { assertAddress } from "@omla/sdk/protocol";
import type { Tx } from "../../db/database.ts";
import { registerWallet } from "./repository.ts";
import type { WalletInput } from "./schema.ts";

/** Registers a wallet, under its canonical address, that belongs to its owner's key; its rail is set by that key alone. */
export async function registerOwnedWallet(tx: Tx, input: WalletInput): Promise<{ wallet_id: string; address: string }> {
  return registerWallet(tx, { ...input, address: assertAddress(input.address, "address") });
}
