import type Stripe from "stripe";
import type { Onboarding } from "../rail.ts";
import { RailError } from "../rail.ts";
import type { StripeClient } from "./stripe-client.ts";
import { callStripe } from "./stripe-errors.ts";

const SECOND_MS = 1_000;

/** Express accounts of Connect: the payee answers Stripe's questions, and the registry never sees a bank account. */
export function createStripeOnboarding(client: StripeClient): Onboarding {
  return {
    open: async ({ key, address, registry, country }) => {
      const stripe = await client();
      const parameters: Stripe.AccountCreateParams = {
        type: "express",
        capabilities: { transfers: { requested: true } },
        metadata: { omla_wallet: address, omla_registry: registry },
        ...(country === undefined ? {} : { country }),
      };
      const account = await callStripe(() => stripe.accounts.create(parameters, { idempotencyKey: `omla-account-${key}` }));
      return account.id;
    },
    link: async (accountId, { returnUrl, refreshUrl }) => {
      const stripe = await client();
      const { url, expires_at } = await callStripe(() =>
        stripe.accountLinks.create({ account: accountId, type: "account_onboarding", return_url: returnUrl, refresh_url: refreshUrl }),
      );
      return { url, expiresAt: new Date(expires_at * SECOND_MS) };
    },
  };
}

/** Whether an account may receive transfers and pay them out to its bank. */
export function isReadyAccount({ payouts_enabled, capabilities }: Pick<Stripe.Account, "payouts_enabled" | "capabilities">): boolean {
  return payouts_enabled && capabilities?.transfers === "active";
}

/** Asks Stripe; an account that this platform does not know is not ready. */
export async function isReady(client: StripeClient, accountId: string): Promise<boolean> {
  if (!/^acct_\w+$/.test(accountId)) return false;
  const stripe = await client();
  try {
    return isReadyAccount(await callStripe(() => stripe.accounts.retrieve(accountId)));
  } catch (error) {
    if (error instanceof RailError && error.definitive) return false;
    throw error;
  }
}
