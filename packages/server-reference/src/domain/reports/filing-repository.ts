import type { Tx } from "../../db/database.ts";
import type { RememberedAnswer } from "../idempotency/repository.ts";
import type { ReceiptLine } from "./schema.ts";
import { type ReportTerms, type TermsRow, termsOf } from "./terms-repository.ts";

/** What a filing is to be computed for; scope and key are null without an idempotency key. */
export interface FilingQuestion {
  readonly company_id: string;
  readonly quarter: string;
  readonly live: boolean;
  readonly named: readonly string[];
  readonly policy: string;
  readonly scope: string | null;
  readonly key: string | null;
}

export interface Duty {
  readonly reporting_from: string | null;
  readonly reporting_until: string | null;
}

export interface LatestVersion {
  readonly id: string;
  readonly version: number;
  readonly content_sha256: string;
  readonly filed_at: Date;
  readonly first_filed_at: Date;
}

export interface FilingFacts {
  readonly latest: LatestVersion | undefined;
  readonly duty: Duty;
  /** Money of the company that stands on no line. */
  readonly has_credits: boolean;
  readonly terms: ReportTerms;
}

interface FactsRow extends Omit<FilingFacts, "latest" | "terms"> {
  readonly earlier?: RememberedAnswer;
  readonly latest:
    | (Omit<LatestVersion, "filed_at" | "first_filed_at"> & { readonly filed_at: string; readonly first_filed_at: string })
    | null;
  readonly terms: TermsRow;
}

/** What stands in the registry, or what was answered under the same key. */
export type FoundFacts = { readonly earlier: RememberedAnswer } | FilingFacts;

/** Reads for all of them in one statement, in their order. */
export async function findFilingFacts(tx: Tx, asked: readonly FilingQuestion[]): Promise<FoundFacts[]> {
  const { rows } = await tx.query<{ facts: FactsRow }>("select facts from omla.filing_facts($1) facts", [JSON.stringify(asked)]);
  return rows.map(({ facts }) => factsOf(facts));
}

function factsOf({ earlier, latest, terms, ...facts }: FactsRow): FoundFacts {
  if (earlier !== undefined) return { earlier };
  return { ...facts, latest: latest === null ? undefined : latestOf(latest), terms: termsOf(terms) };
}

function latestOf({ filed_at, first_filed_at, ...latest }: NonNullable<FactsRow["latest"]>): LatestVersion {
  return { ...latest, filed_at: new Date(filed_at), first_filed_at: new Date(first_filed_at) };
}

/** What is stored of a line beside its figures. */
export interface NewLine
  extends Omit<ReceiptLine, "report_id" | "status" | "hoster_pool_usd" | "creator_pool_usd" | "name" | "address" | "asset_kind"> {
  readonly report_id: string;
  readonly pipeline: string | null;
  readonly license_version: string;
  readonly hoster_share_pct: string;
  readonly terms_sha256: string;
}

/** Everything that a filing writes, as `omla.file_reports` takes it. */
export interface FilingRow extends Duty {
  /** Of the submission. */
  readonly id: string;
  readonly company_id: string;
  readonly quarter: string;
  readonly version: number;
  readonly final: boolean;
  readonly live: boolean;
  readonly lineage_policy: string;
  readonly content_sha256: string;
  readonly content: string;
  readonly filed_at: Date;
  readonly first_filed_at: Date;
  readonly lines: readonly NewLine[];
  /** The duty that the report was computed from, so that nothing is stored over a newer one. */
  readonly known_from: string | null;
  readonly known_until: string | null;
  /** Whether money that waits is looked after; without it, a report of a company that has some is not stored. */
  readonly takes_credits: boolean;
  readonly kind: "report.file" | "report.amend";
  readonly entries: readonly { readonly account: string; readonly currency: string; readonly amount: string }[];
  /** Lines whose status follows from money and disputes. */
  readonly settle: readonly string[];
  readonly actor: string;
  readonly action: string;
  readonly detail: object;
  /** Who makes a step of compliance. */
  readonly subjects: readonly string[];
  readonly scope: string | null;
  readonly key: string | null;
  readonly claim_sha256: string | null;
  readonly status: number;
  /** Remembered under the key, with the status of its lines. */
  readonly answer: object;
}

/** The status of each line, by its id. */
export type LineStatuses = Readonly<Record<string, string>>;

/** Writes reports whole, all in one statement. @returns the statuses of each, undefined where the company stands differently by now, or is held */
export async function fileReports(tx: Tx, filings: readonly FilingRow[]): Promise<(LineStatuses | undefined)[]> {
  return statusesOf(tx, "select submission_id, statuses from omla.file_reports($1)", filings);
}

/** Writes a report and its lines; what follows from it is for {@link concludeFiling}. @returns whether the company still stands as it did */
export async function storeFiling(tx: Tx, filing: FilingRow): Promise<boolean> {
  const { rows } = await tx.query<{ stored: string[] }>("select omla.store_filings($1) as stored", [JSON.stringify([filing])]);
  return rows[0]?.stored.length === 1;
}

/** Writes what follows from a report that was stored; the last statement of a transaction, since it takes the audit log. */
export async function concludeFiling(tx: Tx, filing: FilingRow): Promise<LineStatuses> {
  const [statuses] = await statusesOf(tx, "select submission_id, statuses from omla.conclude_filings($1)", [filing]);
  if (statuses === undefined) throw new TypeError("a filing gives its lines");
  return statuses;
}

async function statusesOf(tx: Tx, statement: string, filings: readonly FilingRow[]): Promise<(LineStatuses | undefined)[]> {
  const { rows } = await tx.query<{ submission_id: string; statuses: LineStatuses }>(statement, [JSON.stringify(filings)]);
  const statuses = new Map(rows.map((row) => [row.submission_id, row.statuses]));
  return filings.map(({ id }) => statuses.get(id));
}
