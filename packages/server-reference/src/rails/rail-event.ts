/** What a provider says has happened, in the registry's own terms and units. */
export type RailFact =
  /** Money arrived. `paymentId` is ours, from what we asked for. */
  | {
      readonly kind: "payment-received";
      readonly paymentId: string | undefined;
      readonly method: "checkout" | "invoice";
      readonly externalId: string;
      readonly currency: string;
      readonly amount: bigint;
    }
  /** One payment goes by two names at the provider: what is said of the one is said of the other. */
  | { readonly kind: "payment-named"; readonly externalId: string; readonly alias: string }
  /** Money was taken back: `total` of one payment so far, so that a repetition changes nothing. */
  | {
      readonly kind: "payment-refunded";
      readonly externalId: string;
      readonly currency: string;
      readonly total: bigint;
    }
  /** A refund that was told of did not reach the payer: its money is here again. */
  | {
      readonly kind: "refund-failed";
      readonly externalId: string;
      readonly refundId: string;
      readonly currency: string;
      readonly amount: bigint;
    }
  /** The payer's bank took the money of a dispute back, or gave it back. */
  | {
      readonly kind: "payment-disputed";
      readonly externalId: string;
      readonly caseId: string;
      readonly currency: string;
      readonly amount: bigint;
      readonly stage: "withdrawn" | "reinstated";
    }
  /** A transfer exists; `reversed` is how much of it was taken back so far. */
  | {
      readonly kind: "transfer";
      readonly orderId: string | undefined;
      readonly externalId: string;
      readonly currency: string;
      readonly amount: bigint;
      readonly reversed: bigint;
    }
  /** A payee's account can or cannot receive now. */
  | { readonly kind: "account"; readonly accountId: string; readonly ready: boolean };

export interface RailEvent {
  readonly id: string;
  readonly type: string;
  readonly occurredAt: Date;
  /** Undefined where the event tells the registry nothing. */
  readonly fact: RailFact | undefined;
}

/** Reads what a provider sends by itself. */
export interface EventReader {
  /** @throws {RailError} WEBHOOK_SIGNATURE | WEBHOOK_TIME | WEBHOOK_MODE where it must not be believed */
  read(body: Uint8Array, signature: string, now: Date): Promise<RailEvent>;
  /** Whether the provider itself would call money that arrived so: anybody else who books it must call it the same. */
  isPayment(reference: string): boolean;
}
