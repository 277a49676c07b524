import { type Draft, draftDocument } from "../document-draft.ts";
import { FLAG, LINE_TEXT, QUARTER, REGISTRY, readDocument, oneOf, USD } from "../document-rules.ts";
import { COUNT, type FieldRules, TIME, UUID } from "../file-rules.ts";
import { COMPLIANCE_STATES } from "../forms.ts";
import type { ComplianceState } from "../compliance.ts";

/** The association's word on a company's standing for a quarter; checkable offline by its key. */
export interface Statement {
  readonly spec: "omla-statement/1";
  readonly generated_at: string;
  readonly registry: string;
  readonly company_id: string;
  readonly company_name: string;
  readonly quarter: string;
  readonly state: ComplianceState;
  readonly state_since: string;
  /** Whether the quarter has a submission; a nil report is one. */
  readonly reported: boolean;
  /** Lines in force. */
  readonly line_count: number;
  readonly royalty_usd: string;
  readonly deducted_fees_usd: string;
  readonly net_royalty_usd: string;
  /** Of the net royalty: what has arrived, distributed or not. */
  readonly settled_usd: string;
  readonly signature?: string;
}

const RULES: FieldRules = {
  generated_at: TIME,
  registry: REGISTRY,
  company_id: UUID,
  company_name: LINE_TEXT,
  quarter: QUARTER,
  state: oneOf(COMPLIANCE_STATES),
  state_since: TIME,
  reported: FLAG,
  line_count: COUNT,
  royalty_usd: USD,
  deducted_fees_usd: USD,
  net_royalty_usd: USD,
  settled_usd: USD,
};

/**
 * Reads a statement of compliance.
 *
 * @throws {OmlaError} DOCUMENT_SCHEMA | AMOUNT_INVALID | AMOUNT_RANGE with the path of the field
 * @see docs/spec/3-identity.md clause 3.27
 */
export function readStatement(value: unknown, path?: string): Statement {
  return readDocument("statement", value, RULES, path) as unknown as Statement;
}

/** An unsigned statement. @throws {OmlaError} as {@link readStatement} */
export function buildStatement(fields: Draft<Statement>): Statement {
  return readStatement(draftDocument("statement", fields));
}
