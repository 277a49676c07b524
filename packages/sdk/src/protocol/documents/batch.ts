import { type Draft, draftDocument } from "../document-draft.ts";
import { form, listOf, objectOf, oneOf, QUARTER, REGISTRY, readDocument, USD } from "../document-rules.ts";
import { COUNT, type FieldRules, TIME, UUID } from "../file-rules.ts";
import { CURRENCY_CODE, MAX, RAILS, type Rail } from "../forms.ts";
import type { LineagePolicy } from "../splits.ts";

/** What a payout run sent over one rail in one currency. */
export interface BatchTotal {
  readonly rail: Rail;
  readonly currency: string;
  readonly payment_count: number;
  readonly amount_usd: string;
}

/** The totals of a payout run, signed by the association. */
export interface Batch {
  readonly spec: "omla-batch/1";
  readonly generated_at: string;
  readonly registry: string;
  readonly run_id: string;
  readonly quarter: string;
  readonly lineage_policy: LineagePolicy;
  /** Lines distributed by this run, and lines left because their royalty has not arrived. */
  readonly line_count: number;
  readonly unfunded_count: number;
  /** Net royalties distributed: the two pools together. */
  readonly distributed_usd: string;
  readonly creator_pool_usd: string;
  readonly hoster_pool_usd: string;
  /** Payable after the run: dust, wallets without a rail, holds. */
  readonly carried_usd: string;
  readonly totals: readonly BatchTotal[];
  readonly signature?: string;
}

const RULES: FieldRules = {
  generated_at: TIME,
  registry: REGISTRY,
  run_id: UUID,
  quarter: QUARTER,
  lineage_policy: oneOf(["sequential", "declared"]),
  line_count: COUNT,
  unfunded_count: COUNT,
  distributed_usd: USD,
  creator_pool_usd: USD,
  hoster_pool_usd: USD,
  carried_usd: USD,
  totals: listOf(
    objectOf({ rail: oneOf(RAILS), currency: form("a currency code such as USD", CURRENCY_CODE), payment_count: COUNT, amount_usd: USD }),
    MAX.totals,
  ),
};

/**
 * Reads the totals of a payout run.
 *
 * @throws {OmlaError} DOCUMENT_SCHEMA | AMOUNT_INVALID | AMOUNT_RANGE with the path of the field
 * @see docs/spec/3-identity.md clause 3.27
 */
export function readBatch(value: unknown, path?: string): Batch {
  return readDocument("batch", value, RULES, path) as unknown as Batch;
}

/** An unsigned batch. @throws {OmlaError} as {@link readBatch} */
export function buildBatch(fields: Draft<Batch>): Batch {
  return readBatch(draftDocument("batch", fields));
}
