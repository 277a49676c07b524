import { parseStrictJson } from "@omla/sdk/protocol";
import { type SignedInput, signedInput } from "../documents/schema.ts";
import { inputError } from "../../plugins/validation.ts";
import { registrationInput, type RegistrationInput } from "../models/schema.ts";
import { type ReportInput, reportInput } from "../reports/schema.ts";
import { restError } from "./errors.ts";
import { signatureRefusal } from "./signed-tables.ts";

const PARSE_LIMITS = { maxDepth: 16, maxValues: 5_000 };

/**
 * What a `POST` to `models` carries: the signed registration itself, or `{ document, private }`.
 *
 * @throws {ApiError} SIGNATURE_REQUIRED where nothing in it is signed
 */
export function readRegistration(body: string): RegistrationInput {
  const value = parseStrictJson(body, PARSE_LIMITS);
  const rows = Array.isArray(value) ? value : [value];
  const [given] = rows;
  const isObject = typeof given === "object" && given !== null && !Array.isArray(given);
  const refusal = signatureRefusal("models", "/functions/v1/register-model");
  if (rows.length !== 1 || !isObject) throw refusal;
  const input = "registration_signature" in given ? { document: given } : given;
  if (!("document" in input)) throw refusal;
  const parsed = registrationInput.safeParse(input);
  if (!parsed.success) throw inputError(parsed.error);
  return parsed.data;
}

/**
 * What a `PATCH` carries: the signed mutation itself, or `{ document, private }`.
 *
 * @returns undefined where nothing in it is signed
 */
export function readMutationBody(body: string): SignedInput | undefined {
  const value = parseStrictJson(body, PARSE_LIMITS);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const input = "signature" in value ? { document: value } : value;
  if (!("document" in input)) return undefined;
  const parsed = signedInput.safeParse(input);
  if (!parsed.success) throw inputError(parsed.error);
  return parsed.data;
}

/** The row that a `PATCH` carries, as strictly read as a document. */
export function readPatch(body: string): unknown {
  return parseStrictJson(body, PARSE_LIMITS);
}

/** Columns of a row, as the seeds name them, to members of a report's entry. */
const ENTRY_MEMBERS: Readonly<Record<string, string>> = {
  model_id: "model",
  inferences: "inferences",
  revenue_usd: "revenue_usd",
  run_cost_usd: "run_cost_usd",
  routing_fees_usd: "routing_fees_usd",
  royalty_usd: "royalty_usd",
  royalty_amount: "royalty_usd",
};
/** What follows from the credential or the figures; it may be said, and is checked where it can be. */
const IMPLIED: ReadonlySet<string> = new Set(["quarter", "reporter_id"]);

/**
 * What a `POST` to `usage_reports` carries: one row, or the rows of one quarter.
 *
 * @throws {ApiError} REPORT_ROWS | AMOUNT_INVALID | INPUT_INVALID with the path of the field
 */
export function readReportRows(body: string, companyId: string): ReportInput {
  const value = parseStrictJson(body, PARSE_LIMITS);
  const rows = (Array.isArray(value) ? value : [value]).map((row, at) => readRow(row, at, companyId));
  const quarters = new Set(rows.map(({ quarter }) => quarter));
  if (quarters.size !== 1) throw restError("REPORT_ROWS", "All rows of a report are of one quarter.", "quarter");
  const parsed = reportInput.safeParse({ quarter: [...quarters][0], entries: rows.map(({ entry }) => entry) });
  if (!parsed.success) throw inputError(parsed.error);
  return parsed.data;
}

function readRow(row: unknown, at: number, companyId: string): { readonly quarter: unknown; readonly entry: Record<string, unknown> } {
  if (typeof row !== "object" || row === null || Array.isArray(row)) throw restError("REPORT_ROWS", "A row is a JSON object.", `[${at}]`);
  const columns = row as Readonly<Record<string, unknown>>;
  if (columns["reporter_id"] !== undefined && columns["reporter_id"] !== companyId)
    throw restError("REPORT_ROWS", "A company reports for itself only.", `[${at}].reporter_id`);
  const unknown = Object.keys(columns).find((name) => !Object.hasOwn(ENTRY_MEMBERS, name) && !IMPLIED.has(name));
  if (unknown !== undefined)
    throw restError(
      "REPORT_ROWS",
      `${unknown.slice(0, 100)} is not written: it follows from the others.`,
      `[${at}].${unknown.slice(0, 100)}`,
    );
  const members = Object.entries(ENTRY_MEMBERS).flatMap(([column, member]) =>
    columns[column] === undefined ? [] : [[member, columns[column]]],
  );
  return { quarter: columns["quarter"], entry: { inferences: 0, ...(Object.fromEntries(members) as Record<string, unknown>) } };
}
