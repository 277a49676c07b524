import { expectMembers } from "./answer.ts";
import type { CallOptions } from "./call.ts";
import type { Registry } from "./registry.ts";

export interface WalletInput {
  /** A random 16-byte routing id as an address. */
  readonly address: string;
  /** The key that sets the wallet's rail. */
  readonly owner_pubkey: string;
  readonly label: string;
}

export interface RegisteredWallet {
  readonly wallet_id: string;
  readonly address: string;
}

export interface Wallets {
  /** Registers a wallet of its own, for somebody who is paid by models of others. The same wallet twice is one. */
  register(wallet: WalletInput, options?: CallOptions): Promise<RegisteredWallet>;
}

export function createWallets(registry: Registry): Wallets {
  return {
    register: async (wallet, options) => {
      const body = await registry.act("register-wallet", wallet, {
        ...options,
        idempotencyKey: `register-wallet-${wallet.address.toLowerCase()}`,
      });
      return expectMembers<RegisteredWallet>(body, { wallet_id: "string", address: "string" }, "the wallet");
    },
  };
}
