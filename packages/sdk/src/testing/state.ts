import type { BlacklistEntry } from "../protocol/blacklist-schema.ts";
import type { BaseState, ComplianceState, LineStatus, SubjectKind } from "../protocol/compliance.ts";
import type { Registration } from "../protocol/documents/registration.ts";
import { OmlaError } from "../protocol/errors.ts";
import type { KeyPair } from "../protocol/keys.ts";
import type { LineageLimits } from "../protocol/limits.ts";
import type { ConversionFee } from "../protocol/payout-currency.ts";
import type { LineagePolicy } from "../protocol/splits.ts";
import type { ReportInput } from "../client/report-input.ts";
import type { ReceiptLine } from "../client/receipt.ts";
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
  readonly submissions: Submission[];
  readonly subjects: Map<string, Subject>;
  readonly lists: PublishedList[];
  /** Answers by caller, action and idempotency key. */
  readonly answers: Map<string, { readonly content: string; readonly status: number; readonly body: unknown }>;
  /** The last weekly tick. */
  tickedAt: Date;
  cases: number;
}

export interface StoredModel {
  readonly document: Registration;
  readonly digest: string;
  readonly registered_at: string;
}

export interface StoredCompany {
  readonly company_id: string;
  readonly company_name: string;
  readonly domains: readonly string[];
  readonly created_at: string;
  readonly currencies: readonly string[];
  readonly conversion_fees: readonly ConversionFee[];
  /** The public key of models that are the company's own. */
  readonly owner_pubkey: string | null;
  reporting_from: string | null;
  reporting_until: string | null;
}

export interface StoredKey {
  readonly company_id: string;
  readonly live: boolean;
  isRevoked: boolean;
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
