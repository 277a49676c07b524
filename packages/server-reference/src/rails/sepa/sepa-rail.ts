import { fiatUnit } from "../currency-units.ts";
import { assertOrder, type Rail, RailError, type TransferOrder } from "../rail.ts";
import { feeOf, NO_FEE, type RailFee } from "../rail-fee.ts";
import { parseSepaParty } from "./iban.ts";
import { MAX_SEPA_AMOUNT } from "./pain001.ts";

const DAY_MS = 86_400_000;
const MAX_END_TO_END = 35;

/** The order's id, as long as a bank keeps it: 140 of its bits. */
export function endToEndId({ id }: Pick<TransferOrder, "id">): string {
  return id.slice(0, MAX_END_TO_END);
}

/**
 * Collects orders for a file that a person takes to the bank (`omla-server sepa-file`); the board confirms what was booked.
 *
 * Nothing moves here, so an order can be sent again at any time: it is in the file once.
 */
export function createSepaRail({ fee = NO_FEE }: { readonly fee?: RailFee | undefined } = {}): Rail {
  const quoteFee = (currency: string, amount: bigint): bigint => feeOf(fee, amount, fiatUnit(currency));
  const rail: Rail = {
    name: "sepa",
    off: undefined,
    features: {
      currencies: ["EUR"],
      unit: fiatUnit,
      live: true,
      lookup: false,
      reversals: false,
      keyWindowMs: DAY_MS,
      holdMs: 7 * DAY_MS,
    },
    quoteFee,
    isReady: async (destination) => parseSepaParty(destination) !== undefined,
    send: async (order) => {
      assertOrder(rail, order);
      if (parseSepaParty(order.destination) === undefined)
        throw new RailError("RAIL_DESTINATION", "the destination is no IBAN with a name", { definitive: true });
      const feeAmount = order.feeAmount ?? quoteFee(order.currency, order.amount);
      // Else one order would keep all others of its run out of every file.
      if (order.amount - feeAmount > MAX_SEPA_AMOUNT)
        throw new RailError("RAIL_AMOUNT", "the amount is above the scheme's limit of one transfer", { definitive: true });
      return { externalId: endToEndId(order), feeAmount, status: "sent" };
    },
    // What was not recorded as sent is on nobody's list yet.
    find: async () => "absent",
  };
  return rail;
}
