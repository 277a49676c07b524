/** One line that a payer is about to pay, as its invoice shows it. */
export interface CheckoutLine {
  readonly reportId: string;
  /** Such as "Fox 7B, 2026-Q3". */
  readonly description: string;
  readonly amountUsdMicros: bigint;
}

/** What is asked of the payer; `paymentId` comes back with the webhook of the money. */
export interface CheckoutOrder {
  /** Also the idempotency key: the same order again is the same checkout. */
  readonly paymentId: string;
  readonly companyId: string;
  /** Shown to the payer where it transfers the money by bank. */
  readonly reference: string;
  readonly amountUsdMicros: bigint;
  readonly lines: readonly CheckoutLine[];
  readonly successUrl: string;
  readonly cancelUrl: string;
  readonly method: "checkout" | "invoice";
}

/** Where the payer pays, and what the rail calls it. */
export interface Checkout {
  readonly url: string;
  readonly externalId: string;
}

/** The port of money that comes in; without one, payers transfer by bank and the board confirms. */
export interface Collector {
  /** The rail that the money arrives on. */
  readonly rail: string;
  /** Amounts are multiples of this many micro-dollars: 10 000 where a rail takes whole cents. */
  readonly unitUsdMicros: bigint;
  /** @throws {RailError} where the rail refuses or cannot be reached */
  checkout(order: CheckoutOrder): Promise<Checkout>;
}
