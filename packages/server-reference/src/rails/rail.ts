import type { Collector } from "./collector.ts";
import type { EventReader } from "./rail-event.ts";

/** Every way in which a payee can be paid; a wallet's own signature chooses among them. `sandbox` moves no money. */
export const RAIL_NAMES = ["stripe", "sepa", "paypal", "lightning", "ach", "wise", "other", "sandbox"] as const;

export type RailName = (typeof RAIL_NAMES)[number];

/** One amount to one payee, frozen when the payout was planned: a retry sends exactly the same. */
export interface TransferOrder {
  /** Hexadecimal; also the idempotency key, so that one order moves money once. */
  readonly id: string;
  /** The payout run: what the rail groups transfers by. */
  readonly run: string;
  /** The wallet's address. */
  readonly wallet: string;
  /** What the rail knows the payee by: an account id, an IBAN, … */
  readonly destination: string;
  readonly currency: string;
  /** In smallest units of the currency, a multiple of the rail's unit, above zero. */
  readonly amount: bigint;
  /** The fee as it was quoted when the order was planned, part of the amount; what the rail quotes now where it is left out. */
  readonly feeAmount?: bigint;
}

/** What a rail did with an order. */
export interface SentTransfer {
  readonly externalId: string;
  /** In the order's units; borne by the payee, out of the amount, as it was quoted. */
  readonly feeAmount: bigint;
  /** `sent` waits for a confirmation (webhook, board); `completed` is final. */
  readonly status: "sent" | "completed";
}

/** What can be asked of a rail before it is used. */
export interface RailFeatures {
  readonly currencies: readonly string[] | "any";
  /** Amounts must be multiples of this: whole cents of USD are 10_000n. */
  readonly unit: (currency: string) => bigint;
  /** Whether it moves real money. */
  readonly live: boolean;
  /** Whether `find` can tell what became of an order. */
  readonly lookup: boolean;
  readonly reversals: boolean;
  /** How long an idempotency key is remembered; an older order must be looked up before it is sent again. */
  readonly keyWindowMs: number;
  /** How long money received over this rail stays uncleared. */
  readonly holdMs: number;
}

/** The port: everything that a payout needs from a provider of payments. */
export interface Rail {
  readonly name: RailName;
  /** Why it cannot be used, in words; undefined where it can. */
  readonly off: string | undefined;
  readonly features: RailFeatures;
  /** The fee that the payee will bear, in the same units; shown before and in the payment. */
  quoteFee(currency: string, amount: bigint): bigint;
  /** Whether the payee can receive: onboarding finished, number well formed. @throws {RailError} where the rail cannot tell now */
  isReady(destination: string): Promise<boolean>;
  /** Sends an order, or finds it sent: the same order twice moves money once. @throws {RailError} */
  send(order: TransferOrder): Promise<SentTransfer>;
  /** What became of an order, by its own id at the rail. `unknown`: this rail cannot tell. @throws {RailError} */
  find(order: TransferOrder): Promise<SentTransfer | "absent" | "unknown">;
  /** Takes back a part of what was sent, once per key; only where the features say so. @throws {RailError} */
  reverse?(reversal: ReversalOrder): Promise<{ readonly externalId: string }>;
  /** How a payee opens an account, where the registry opens it for the payee. */
  readonly onboarding?: Onboarding;
  /** How money comes in over this rail. */
  readonly collector?: Collector;
  /** How the rail tells what happened later. */
  readonly events?: EventReader;
}

/** Whether the provider says by itself what came back: then nobody else's word on it is taken. */
export function tellsReturns({ off, events }: Pick<Rail, "off" | "events">): boolean {
  return off === undefined && events !== undefined;
}

export interface ReversalOrder {
  readonly externalId: string;
  readonly currency: string;
  /** In smallest units; the whole rest or a part of it. */
  readonly amount: bigint;
  /** The idempotency key. */
  readonly key: string;
}

/** Opens accounts for payees; their bank data stays with the provider. */
export interface Onboarding {
  /** @returns the account's id: one account per key, however often it is asked for */
  open(payee: {
    readonly key: string;
    readonly address: string;
    readonly registry: string;
    /** ISO 3166-1, two letters; the provider's default where it is left out. */
    readonly country?: string | undefined;
  }): Promise<string>;
  /** A page of the provider, for a few minutes, once. */
  link(
    accountId: string,
    pages: { readonly returnUrl: string; readonly refreshUrl: string },
  ): Promise<{ readonly url: string; readonly expiresAt: Date }>;
}

/** How a failure is to be read; exactly one of the three, or none where the outcome is unknown and a retry cannot tell. */
export interface RailErrorOptions {
  /** The same order may be sent again with the same key: 409, 429, 5xx, a time-out. */
  readonly retryable?: boolean;
  /** Nothing moved and nothing will: the order has failed. */
  readonly definitive?: boolean;
  /** The key was used for another order: an invariant is broken, and the run stops. */
  readonly mismatch?: boolean;
  readonly cause?: unknown;
}

/** The one error of all rails; what a provider's library throws never crosses the port. */
export class RailError extends Error {
  override readonly name: string = "RailError";
  readonly code: string;
  readonly retryable: boolean;
  readonly definitive: boolean;
  readonly mismatch: boolean;

  constructor(code: string, message: string, { retryable = false, definitive = false, mismatch = false, cause }: RailErrorOptions = {}) {
    super(message, { cause });
    this.code = code;
    this.retryable = retryable;
    this.definitive = definitive;
    this.mismatch = mismatch;
  }
}

/** The rails of a registry; one that is off is there too, and says why. */
export type Rails = ReadonlyMap<RailName, Rail>;

/**
 * Refuses an order that no rail may take.
 *
 * @throws {RailError} RAIL_OFF | RAIL_AMOUNT | RAIL_CURRENCY, all definitive
 */
export function assertOrder(rail: Rail, { amount, currency }: TransferOrder): void {
  const { currencies, unit } = rail.features;
  if (rail.off !== undefined) throw new RailError("RAIL_OFF", `the rail ${rail.name} is off: ${rail.off}`, { definitive: true });
  if (currencies !== "any" && !currencies.includes(currency))
    throw new RailError("RAIL_CURRENCY", `the rail ${rail.name} pays no ${currency}`, { definitive: true });
  if (amount <= 0n || amount % unit(currency) !== 0n)
    throw new RailError("RAIL_AMOUNT", `${amount} is no positive multiple of ${unit(currency)}`, { definitive: true });
}
