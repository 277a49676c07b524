import { FIAT_CURRENCIES, fiatUnit } from "../currency-units.ts";
import { assertOrder, type Rail, type RailFeatures, type TransferOrder } from "../rail.ts";
import { feeOf, NO_FEE, type RailFee } from "../rail-fee.ts";
import { createStripeClient, isLiveKey, type StripeSettings } from "./stripe-client.ts";
import { createStripeCollector } from "./stripe-collector.ts";
import { createEventReader } from "./stripe-events.ts";
import { createStripeOnboarding, isReady } from "./stripe-onboarding.ts";
import { createTransfer, findTransfer, reverseTransfer } from "./stripe-transfers.ts";

const DAY_MS = 86_400_000;

export interface StripeRailSettings extends StripeSettings {
  readonly webhookSecret?: string | undefined;
  readonly fee?: RailFee | undefined;
}

/** Transfers to connected accounts, Checkout and invoices, through the unmodified stripe-node. */
export function createStripeRail({ webhookSecret, fee = NO_FEE, ...settings }: StripeRailSettings): Rail {
  const client = createStripeClient(settings);
  const quoteFee = (currency: string, amount: bigint): bigint => feeOf(fee, amount, fiatUnit(currency));
  const feeAmountOf = ({ feeAmount, currency, amount }: TransferOrder): bigint => feeAmount ?? quoteFee(currency, amount);
  const rail: Rail = {
    name: "stripe",
    off: undefined,
    features: featuresOf(settings.secretKey),
    quoteFee,
    isReady: (destination) => isReady(client, destination),
    send: async (order) => {
      assertOrder(rail, order);
      return createTransfer(client, order, feeAmountOf(order));
    },
    find: (order) => findTransfer(client, order, feeAmountOf(order)),
    reverse: (reversal) => reverseTransfer(client, reversal),
    onboarding: createStripeOnboarding(client),
    collector: createStripeCollector(client),
    ...(webhookSecret === undefined ? {} : { events: createEventReader(client, webhookSecret, isLiveKey(settings.secretKey)) }),
  };
  return rail;
}

function featuresOf(secretKey: string): RailFeatures {
  return {
    currencies: FIAT_CURRENCIES,
    unit: fiatUnit,
    live: isLiveKey(secretKey),
    lookup: true,
    reversals: true,
    // Stripe forgets keys "after at least 24 hours".
    keyWindowMs: DAY_MS,
    holdMs: 7 * DAY_MS,
  };
}
