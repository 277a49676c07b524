import type { BlacklistEntry } from "../protocol/blacklist-schema.ts";
import type { BaseState, ComplianceState, LineStatus, SubjectKind } from "../protocol/compliance.ts";
import type { Registration } from "../protocol/documents/registration.ts";
import { OmlaError } from "../protocol/errors.ts";
import type { KeyPair } from "../protocol/keys.ts";
import type { LineageLimits } from "../protocol/limits.ts";
import type { ConversionFee } from "../protocol/payout-currency.ts";
import type { LineagePolicy } from "../protocol/splits.ts";
import type { ReportInput } from "../client/report-input.ts";
import type { Audit } from "../client/audits.ts";
import type { Dispute } from "../client/disputes.ts";
import type { ReceiptLine } from "../client/receipt.ts";
import type { PaymentReceipt } from "../client/receivables.ts";
import type { JsonValue } from "../protocol/strict-subset.ts";
import type { TestClock } from "./test-clock.ts";

/** Everything the registry of a test knows. */
export interface State {
  readonly origin: string;
  readonly clock: TestClock;
  readonly policy: LineagePolicy;
  readonly limits: LineageLimits;
  readonly rates: Readonly<Record<string, string>>;
  readonly listKey: KeyPair;
  readonly models: Map<string, StoredModel>;
  readonly companies: Map<string, StoredCompany>;
  /** By the key's whole text. */
  readonly keys: Map<string, StoredKey>;
  /** By canonical address. */
  readonly wallets: Map<string, StoredWallet>;
  /** Digests of all documents that were accepted. */
  readonly documents: Set<string>;
  readonly claims: StoredClaim[];
  readonly complaints: StoredComplaint[];
  readonly disputes: StoredDispute[];
  readonly audits: StoredAudit[];
  /** Which case holds which line. */
  readonly holds: { readonly case_id: string; report_id: string }[];
  /** What payouts brought to wallets, in their order. */
  readonly payouts: StoredPayout[];
  /** Open challenges with their ends. */
  readonly challenges: Map<string, Date>;
  /** The keys that signed in, by token. */
  readonly sessions: Map<string, { readonly pubkey: string; readonly until: Date }>;
  /** By currency, in the order of posting. */
  readonly fxRates: Map<string, readonly StoredRate[]>;
  readonly submissions: Submission[];
  readonly money: Money;
  readonly subjects: Map<string, Subject>;
  readonly lists: PublishedList[];
  /** Answers by caller, action and idempotency key. */
  readonly answers: Map<string, { readonly content: string; readonly status: number; readonly body: unknown }>;
  /** The last weekly tick. */
  tickedAt: Date;
  cases: number;
}

/** What was asked for, what arrived, and on which lines it stands. */
export interface Money {
  readonly requests: StoredRequest[];
  readonly payments: StoredPayment[];
  /** Signed, in micro-dollars: money that leaves a line is taken off it. */
  readonly moves: { readonly payment_id: string; readonly report_id: string; readonly micros: bigint }[];
  readonly receipts: { readonly company_id: string; readonly body: PaymentReceipt }[];
}

export interface StoredRequest {
  readonly payment_id: string;
  readonly company_id: string;
  readonly reference: string;
  readonly micros: bigint;
  readonly report_ids: readonly string[];
  readonly content: string;
  readonly asked_at: Date;
}

/** In the order of arrival. */
export interface StoredPayment {
  readonly payment_id: string;
  readonly company_id: string;
  readonly reference: string;
  readonly micros: bigint;
}

export interface StoredRate {
  readonly rate: string;
  readonly at: Date;
}

export interface StoredModel {
  /** As it stands now: a mutation puts another in its place. */
  document: Registration;
  /** As it stood before, until when; the oldest first. */
  readonly history: { readonly until: string; readonly document: Registration }[];
  readonly digest: string;
  readonly registered_at: string;
  /** Weights that it ever named; they are its own while it is active. */
  readonly hashes: Set<string>;
  readonly metadata: Map<string, JsonValue>;
  readonly rotations: StoredRotation[];
  nonce: number;
  isActive: boolean;
}

export interface StoredRotation {
  readonly digest: string;
  readonly signer: string;
  readonly new_pubkey: string | undefined;
  readonly new_recovery_pubkey: string | undefined;
  readonly completes_at: string;
  isPending: boolean;
}

export interface StoredWallet {
  readonly wallet_id: string;
  readonly address: string;
  /** The model that it came with; null for one of its own. */
  readonly model_id: string | null;
  readonly isPrimary: boolean;
  readonly owner_pubkey: string | null;
  rail: string | null;
  nonce: number;
}

export interface StoredClaim {
  readonly claim_id: string;
  readonly model_id: string;
  readonly hoster_pubkey: string;
  readonly wallet: string;
  isVerified: boolean;
  isRevoked: boolean;
  readonly volumes: { readonly quarter: string; readonly revision: number; readonly inferences: number }[];
}

export interface StoredComplaint {
  readonly receipt: string;
  /** `kind:id`. */
  readonly subject: string;
  readonly reason: string;
  readonly filed_at: string;
  isOpen: boolean;
  closed?: { readonly status: "dismissed" | "lapsed"; readonly at: string };
}

type Writable<T> = { -readonly [Member in keyof T]: T[Member] };

export interface StoredDispute extends Writable<Omit<Dispute, "line" | "result_report_id">> {
  readonly party: string;
  readonly description: string;
}

export interface StoredAudit extends Writable<Omit<Audit, "line" | "result_report_id">> {
  readonly party: string;
}

/** What one line of a report brought to one wallet. */
export interface StoredPayout {
  readonly id: string;
  readonly model_id: string;
  readonly wallet_id: string;
  readonly report_id: string;
  readonly quarter: string;
  readonly amount_usd: string;
  readonly status: "pending" | "completed";
  readonly rail: string | null;
  readonly paid_at: string | null;
}

export interface StoredCompany {
  readonly company_id: string;
  readonly company_name: string;
  readonly domains: readonly string[];
  readonly created_at: string;
  currencies: readonly string[];
  conversion_fees: readonly ConversionFee[];
  /** The public key of models that are the company's own. */
  readonly owner_pubkey: string | null;
  reporting_from: string | null;
  reporting_until: string | null;
}

export interface StoredKey {
  readonly company_id: string;
  /** The ten characters after `omla_live_` or `omla_test_`. */
  readonly kid: string;
  readonly live: boolean;
  readonly last4: string;
  readonly created_at: string;
  revoked_at: string | null;
}

export interface StoredLine extends Omit<ReceiptLine, "status" | "report_id"> {
  readonly report_id: string;
  readonly pipeline: string | null;
  status: LineStatus;
  disputed_at: string | null;
}

export interface Submission {
  readonly submission_id: string;
  readonly company_id: string;
  readonly live: boolean;
  readonly version: number;
  /** What was filed, and its canonical form. */
  readonly input: ReportInput;
  readonly content: string;
  readonly filed_at: string;
  readonly first_filed_at: string;
  readonly lines: readonly StoredLine[];
}

export interface Subject {
  readonly kind: SubjectKind;
  readonly id: string;
  state: ComplianceState;
  previous_state: BaseState | null;
  state_since: string;
  listing: Pick<BlacklistEntry, "reason" | "since" | "enforce" | "case"> | null;
}

export interface PublishedList {
  readonly sequence: number;
  readonly digest: string;
  readonly raw: string;
  readonly next_update: string;
  /** Subjects by `kind:id`. */
  readonly listed: ReadonlySet<string>;
}

/** A refusal with its HTTP status, as the registry answers it. */
export class Refusal extends OmlaError {
  override readonly name: string = "Refusal";
  readonly status: number;

  constructor(status: number, code: string, message: string, options: ConstructorParameters<typeof OmlaError>[2] = {}) {
    super(code, message, options);
    this.status = status;
  }
}

export function subjectOf(state: State, kind: SubjectKind, id: string): Subject {
  const subject = state.subjects.get(`${kind}:${id}`);
  if (subject === undefined) throw new RangeError(`the registry knows no ${kind} ${id}`);
  return subject;
}
