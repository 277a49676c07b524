import { formatTimestamp } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Onboarding } from "../../rails/rail.ts";
import { appendAudit } from "../audit/repository.ts";
import { enqueueNotice } from "../notices/service.ts";
import { findPayee, insertAccount, type Payee } from "./account-repository.ts";
import { asApiError, railError } from "./errors.ts";
import { settleWaiting } from "./event-service.ts";
import type { OnboardingInput } from "./schema.ts";

const RAIL = "stripe";

/** Where Stripe sends a payee back to; both pages only say what to do next. */
export const ONBOARDING_PAGES = { return: "/onboarding/stripe/return", refresh: "/onboarding/stripe/refresh" } as const;

/**
 * Opens an account for a wallet whose owner's signature chose Stripe, once per choice, and gives the page on which its questions are answered.
 *
 * @param pubkey - the key that the session proved
 * @throws {ApiError} RAIL_OFF | WALLET_NOT_FOUND | RAIL_NOT_CHOSEN | RAIL_ACCOUNT_SIGNED | RAIL_REFUSED | RAIL_UNAVAILABLE
 */
export async function startOnboarding(
  ctx: AppContext,
  pubkey: string | undefined,
  { wallet, country }: OnboardingInput,
): Promise<{ url: string; expires_at: string }> {
  const onboarding = onboardingOf(ctx);
  const payee = await ctx.db.service((tx) => findPayee(tx, RAIL, wallet.toLowerCase(), pubkey ?? ""));
  if (payee === undefined) throw railError("WALLET_NOT_FOUND", "This key owns no such wallet.", "wallet");
  const choice = choiceOf(payee);
  try {
    const accountId = payee.account_id ?? (await openAccount(ctx, onboarding, payee, choice, country));
    const { publicUrl } = ctx.config;
    const pages = { returnUrl: `${publicUrl}${ONBOARDING_PAGES.return}`, refreshUrl: `${publicUrl}${ONBOARDING_PAGES.refresh}` };
    const { url, expiresAt } = await onboarding.link(accountId, pages);
    return { url, expires_at: formatTimestamp(expiresAt) };
  } catch (error) {
    throw asApiError(error);
  }
}

function onboardingOf(ctx: AppContext): Onboarding {
  const rail = ctx.rails.get(RAIL);
  if (rail?.off === undefined && rail?.onboarding !== undefined) return rail.onboarding;
  throw railError("RAIL_OFF", `Stripe is off here: ${rail?.off ?? "it opens no accounts"}.`);
}

/** A session only reads: what lets an account be opened is the signature that chose the rail. */
function choiceOf({ choice, signed_account }: Payee): string {
  if (choice === null) throw railError("RAIL_NOT_CHOSEN", "No signature of this wallet has chosen Stripe.", "wallet");
  if (signed_account !== null) throw railError("RAIL_ACCOUNT_SIGNED", "The wallet's signature names its account.", "wallet");
  return choice;
}

/** At Stripe first, outside of any transaction; the key makes a repetition find the same account. */
async function openAccount(
  ctx: AppContext,
  onboarding: Onboarding,
  { wallet_id, address, model_id }: Payee,
  choice: string,
  country: string | undefined,
): Promise<string> {
  const opened = await onboarding.open({ key: `${wallet_id}-${choice}`, address, registry: ctx.config.publicUrl, country });
  await ctx.queue.ready();
  return ctx.db.service(async (tx) => {
    const { account_id, created } = await insertAccount(tx, { rail: RAIL, walletId: wallet_id, choice, accountId: opened });
    if (!created) return account_id;
    await settleWaiting(ctx, tx, RAIL, account_id);
    if (model_id !== null) await enqueueNotice(ctx, tx, { kind: "rail-account", model_id });
    await appendAudit(tx, {
      actor: "system",
      action: "wallet.rail-account",
      entity: "wallets",
      entityId: wallet_id,
      detail: { after: { rail: RAIL, account_id } },
    });
    return account_id;
  });
}
