import { FIAT_CURRENCIES, fiatUnit } from "../currency-units.ts";
import { feeOf, NO_FEE, type RailFee } from "../rail-fee.ts";
import { assertOrder, type Rail, RailError, type RailName } from "../rail.ts";

const DAY_MS = 86_400_000;

/** The rails on which a person moves the money, and what each can pay. */
export const MANUAL_RAILS = {
  paypal: FIAT_CURRENCIES,
  lightning: ["BTC"],
  ach: ["USD"],
  wise: FIAT_CURRENCIES,
  other: "any",
} as const satisfies { readonly [Name in RailName]?: readonly string[] | "any" };

export type ManualRailName = keyof typeof MANUAL_RAILS;

/**
 * A rail that is a person: an order waits as `sent` until the board confirms it with a reference.
 *
 * Nothing moves here, so an order can be sent again at any time.
 */
export function createManualRail(name: ManualRailName, { fee = NO_FEE }: { readonly fee?: RailFee | undefined } = {}): Rail {
  const quoteFee = (currency: string, amount: bigint): bigint => feeOf(fee, amount, fiatUnit(currency));
  const rail: Rail = {
    name,
    off: undefined,
    features: {
      currencies: MANUAL_RAILS[name],
      unit: fiatUnit,
      live: true,
      lookup: false,
      reversals: false,
      keyWindowMs: DAY_MS,
      holdMs: 7 * DAY_MS,
    },
    quoteFee,
    isReady: async (destination) => destination.trim() !== "",
    send: async (order) => {
      assertOrder(rail, order);
      // Erased since it was planned: nobody could pay it, and it would wait on the list for ever.
      if (order.destination.trim() === "") throw new RailError("RAIL_DESTINATION", "nobody knows where it is to go", { definitive: true });
      return { externalId: `${name}-${order.id}`, feeAmount: order.feeAmount ?? quoteFee(order.currency, order.amount), status: "sent" };
    },
    // What was not recorded as sent is on nobody's list yet.
    find: async () => "absent",
  };
  return rail;
}
