import { assertAddress } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { walletError } from "./errors.ts";
import { findWallet, registerWallet, type WalletRow } from "./repository.ts";
import type { WalletInput } from "./schema.ts";

/** Registers a wallet, under its canonical address, that belongs to its owner's key; its rail is set by that key alone. */
export async function registerOwnedWallet(tx: Tx, input: WalletInput): Promise<{ wallet_id: string; address: string }> {
  return registerWallet(tx, { ...input, address: assertAddress(input.address, "address") });
}

/** @throws {ApiError} WALLET_NOT_FOUND */
export async function walletOf(ctx: AppContext, column: "id" | "address", value: string): Promise<WalletRow> {
  const wallet = await ctx.db.service((tx) => findWallet(tx, column, value));
  if (wallet !== undefined) return wallet;
  throw walletError("WALLET_NOT_FOUND", `No wallet has this ${column}.`, column);
}
