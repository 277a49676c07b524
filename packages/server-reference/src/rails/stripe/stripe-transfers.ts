import type Stripe from "stripe";
import { fiatUnit } from "../currency-units.ts";
import { RailError, type SentTransfer, type TransferOrder } from "../rail.ts";
import type { StripeClient } from "./stripe-client.ts";
import { callStripe, isSpent } from "./stripe-errors.ts";

/** Where our id stands at Stripe: it outlives the idempotency key. */
export const ORDER_METADATA = "omla_transfer_id";
const PAGE = 100;

/** What arrives, in Stripe's minor units: the order less the fee that its payee bears. */
export function minorUnits(currency: string, amount: bigint): number {
  const unit = fiatUnit(currency);
  const minor = Number(amount / unit);
  if (amount <= 0n || amount % unit !== 0n || !Number.isSafeInteger(minor))
    throw new RailError("RAIL_AMOUNT", `${amount} is no amount that Stripe can move`, { definitive: true });
  return minor;
}

export async function createTransfer(client: StripeClient, order: TransferOrder, feeAmount: bigint): Promise<SentTransfer> {
  const { id, run, wallet, destination, currency, amount } = order;
  const stripe = await client();
  const parameters: Stripe.TransferCreateParams = {
    amount: minorUnits(currency, amount - feeAmount),
    currency: currency.toLowerCase(),
    destination,
    transfer_group: run,
    metadata: { [ORDER_METADATA]: id, omla_wallet: wallet },
  };
  return sent(await callStripe(() => createOnce(stripe, parameters, id)), feeAmount);
}

/** More than a day of attempts, while Stripe remembers the first. */
const MAX_KEYS = 50;

/**
 * Creates a transfer under its key, or, where Stripe remembers that there was no money under that key, under the next one.
 *
 * A key is left behind only for an answer that was given before and proves that nothing moved; every caller walks the same keys.
 */
async function createOnce(stripe: Stripe, parameters: Stripe.TransferCreateParams, id: string): Promise<Stripe.Transfer> {
  for (let round = 0; ; round += 1) {
    try {
      return await stripe.transfers.create(parameters, { idempotencyKey: round === 0 ? id : `${id}-${round}` });
    } catch (error) {
      if (round === MAX_KEYS || !isSpent(error)) throw error;
    }
  }
}

/** Looks through all transfers of the run, a page at a time, for the one with our id. */
export async function findTransfer(client: StripeClient, order: TransferOrder, feeAmount: bigint): Promise<SentTransfer | "absent"> {
  const found = await callStripe(async () => {
    const matching: Stripe.Transfer[] = [];
    const stripe = await client();
    for await (const transfer of stripe.transfers.list({ transfer_group: order.run, limit: PAGE })) {
      if (transfer.metadata[ORDER_METADATA] === order.id) matching.push(transfer);
    }
    return matching;
  });
  const [transfer, second] = found;
  if (transfer === undefined) return "absent";
  if (second !== undefined)
    throw new RailError("RAIL_MISMATCH", `${transfer.id} and ${second.id} are both ${order.id}`, { mismatch: true });
  assertSame(transfer, order, feeAmount);
  return sent(transfer, feeAmount);
}

function assertSame(transfer: Stripe.Transfer, { id, destination, currency, amount }: TransferOrder, feeAmount: bigint): void {
  const payee = typeof transfer.destination === "string" ? transfer.destination : transfer.destination?.id;
  const same =
    payee === destination && transfer.currency === currency.toLowerCase() && transfer.amount === minorUnits(currency, amount - feeAmount);
  if (!same) throw new RailError("RAIL_MISMATCH", `${transfer.id} is not what ${id} ordered`, { mismatch: true });
}

/** Stripe moves it at once and tells so by webhook; until then it is sent. */
function sent({ id }: Stripe.Transfer, feeAmount: bigint): SentTransfer {
  return { externalId: id, feeAmount, status: "sent" };
}

/** Takes back a part of a transfer. */
export async function reverseTransfer(
  client: StripeClient,
  { externalId, currency, amount, key }: { externalId: string; currency: string; amount: bigint; key: string },
): Promise<{ readonly externalId: string }> {
  const stripe = await client();
  const reversal = await callStripe(() =>
    stripe.transfers.createReversal(externalId, { amount: minorUnits(currency, amount) }, { idempotencyKey: key }),
  );
  return { externalId: reversal.id };
}
