import type { Clock } from "../../clock.ts";
import { assertOrder, type Rail, RailError, type RailFeatures, type RailName, type SentTransfer, type TransferOrder } from "../rail.ts";
import { createMemoryStore, type SandboxStore, type SandboxTransfer } from "./sandbox-store.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const USD_CENT = 10_000n;

export interface SandboxOptions {
  readonly clock: Clock;
  readonly store?: SandboxStore | undefined;
  /** The sandbox can stand in for another rail. */
  readonly name?: RailName | undefined;
  readonly features?: Partial<RailFeatures> | undefined;
  /** Fee of an amount, in the same units. */
  readonly fee?: ((currency: string, amount: bigint) => bigint) | undefined;
  readonly ready?: ((destination: string) => boolean) | undefined;
  /** Called before and after the books are written: a test throws here what a network would. */
  readonly fault?: ((when: "before" | "after", order: TransferOrder) => void | Promise<void>) | undefined;
  readonly status?: SentTransfer["status"] | undefined;
  readonly off?: string | undefined;
}

/** A rail that moves nothing and forgets nothing, but like a real one remembers idempotency keys for a day only. */
export function createSandboxRail(options: SandboxOptions): Rail {
  const { clock, store = createMemoryStore(), fee = () => 0n, fault, status = "completed" } = options;
  const features: RailFeatures = { ...SANDBOX_FEATURES, ...options.features };
  const sentOf = ({ external_id, fee: taken }: SandboxTransfer): SentTransfer => ({
    externalId: external_id,
    feeAmount: BigInt(taken),
    status,
  });
  const write = (order: TransferOrder): SandboxTransfer => {
    const taken = order.feeAmount ?? fee(order.currency, order.amount);
    const transfer = transferOf(order, taken, store.all().filter(({ id }) => id === order.id).length + 1, clock.now());
    store.append(transfer);
    return transfer;
  };
  const rail: Rail = {
    name: options.name ?? "sandbox",
    off: options.off,
    features,
    quoteFee: fee,
    isReady: async (destination) => options.ready?.(destination) ?? destination !== "",
    send: async (order) => {
      assertOrder(rail, order);
      await fault?.("before", order);
      const known = remembered(store, order, clock.now().getTime() - features.keyWindowMs);
      if (known !== undefined) assertSameOrder(known, order);
      const transfer = known ?? write(order);
      await fault?.("after", order);
      return sentOf(transfer);
    },
    find: async (order) => {
      if (!features.lookup) return "unknown";
      const found = store.all().find(({ id }) => id === order.id);
      return found === undefined ? "absent" : sentOf(found);
    },
  };
  return rail;
}

const SANDBOX_FEATURES: RailFeatures = {
  currencies: "any",
  unit: (currency) => (currency === "USD" ? USD_CENT : 1n),
  live: false,
  lookup: true,
  reversals: false,
  keyWindowMs: DAY_MS,
  holdMs: 7 * DAY_MS,
};

function remembered(store: SandboxStore, order: TransferOrder, sinceMs: number): SandboxTransfer | undefined {
  return store.all().find(({ id, sent_at }) => id === order.id && new Date(sent_at).getTime() > sinceMs);
}

function assertSameOrder(known: SandboxTransfer, order: TransferOrder): void {
  const same =
    known.run === order.run &&
    known.destination === order.destination &&
    known.currency === order.currency &&
    known.amount === String(order.amount);
  if (!same) throw new RailError("RAIL_MISMATCH", `the key ${order.id} was used for another transfer`, { mismatch: true });
}

/** The external id says how often an order has moved money: a second time would end in `_2`. */
function transferOf({ id, run, destination, currency, amount }: TransferOrder, fee: bigint, time: number, now: Date): SandboxTransfer {
  const external_id = `sandbox_${id}_${time}`;
  return { id, run, destination, currency, amount: String(amount), fee: String(fee), external_id, sent_at: now.toISOString() };
}
