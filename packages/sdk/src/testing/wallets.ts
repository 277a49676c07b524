import { assertAddress } from "../protocol/address.ts";
import type { Registration } from "../protocol/documents/registration.ts";
import { assertPublicKey } from "../protocol/keys.ts";
import type { RegisteredWallet } from "../client/wallets.ts";
import { Refusal, type State, type StoredWallet } from "./state.ts";

/** A wallet of its own, for hosters and people who are named in splits; its rail is set by its owner's key. */
export function registerWallet(state: State, input: Readonly<Record<string, unknown>>): RegisteredWallet {
  const address = assertAddress(input["address"], "address");
  const owner_pubkey = assertPublicKey(input["owner_pubkey"], "owner_pubkey");
  if (typeof input["label"] !== "string" || input["label"].trim() === "")
    throw new Refusal(400, "INPUT_INVALID", "label is missing", { path: "label" });
  if (state.wallets.has(address)) throw new Refusal(409, "WALLET_TAKEN", `${address} is registered already`, { path: "address" });
  const wallet = newWallet(address, { owner_pubkey });
  state.wallets.set(address, wallet);
  return { wallet_id: wallet.wallet_id, address };
}

/** All wallets with those that a registration brings: the first mention claims an address, later ones must name the same key. */
export function claimWallets(state: State, document: Registration): Map<string, StoredWallet> {
  const { model_id, wallet, wallets = [] } = document;
  const known = new Map(state.wallets);
  const primary = wallet.address.toLowerCase();
  known.set(primary, newWallet(primary, { model_id, rail: wallet.rail, isPrimary: true }));
  wallets.forEach(({ address: written, owner_pubkey }, at) => {
    const address = written.toLowerCase();
    const holder = known.get(address);
    if (holder === undefined) known.set(address, newWallet(address, { model_id, owner_pubkey }));
    else if (holder.owner_pubkey !== owner_pubkey)
      throw new Refusal(409, "WALLET_TAKEN", `${address} belongs to another key`, { path: `wallets[${at}].address` });
  });
  return known;
}

function newWallet(address: string, fields: Partial<StoredWallet>): StoredWallet {
  return { wallet_id: crypto.randomUUID(), address, model_id: null, isPrimary: false, owner_pubkey: null, rail: null, nonce: 0, ...fields };
}

/** A split goes to a wallet that somebody holds. */
export function assertKnownWallets(known: ReadonlyMap<string, unknown>, splits: Registration["contribution_splits"]): void {
  splits.forEach(({ wallet }, at) => {
    if (known.has(wallet.toLowerCase())) return;
    throw new Refusal(422, "WALLET_UNKNOWN", `${wallet} is no wallet of this registry`, { path: `contribution_splits[${at}].wallet` });
  });
}
