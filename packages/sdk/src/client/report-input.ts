import { isAddress, assertAddress } from "../protocol/address.ts";
import { canonicalize } from "../protocol/canonical-json.ts";
import { utf8Encode } from "../protocol/bytes.ts";
import { WEIGHT_RANGE } from "../protocol/codes/values.ts";
import { joinPath } from "../protocol/errors.ts";
import { DEFAULT_REPORT_LIMITS } from "../protocol/limits.ts";
import { type DecimalInput, formatDecimal, formatUsd, parsePart, parseUsd } from "../protocol/money.ts";
import { parseQuarter } from "../protocol/quarter.ts";
import type { ReportEntry } from "../protocol/report.ts";
import { sha256Hex } from "../protocol/sha256.ts";
import { isRecord } from "./answer.ts";
import { asInputError, OmlaInputError } from "./errors.ts";

/** A company's use of models in one quarter; no entries make the nil report. */
export interface ReportInput {
  readonly quarter: string;
  readonly entries: readonly ReportEntry[];
  /** The last report: ends the duty to report with this quarter. */
  readonly final?: boolean | undefined;
  /** An earlier quarter from which the duty to report shall count. */
  readonly reporting_from?: string | undefined;
}

type Reader = (value: unknown, path: string) => unknown;

const usd: Reader = (value, path) => formatUsd(parseUsd(value as DecimalInput, path));

const REPORT: Readonly<Record<string, Reader>> = {
  quarter: (value, path) => parseQuarter(value as string, path).text,
  entries: (value, path) =>
    readList(value, path, DEFAULT_REPORT_LIMITS.lines).map((entry, index) => readEntry(entry, joinPath(path, index))),
  final: readBoolean,
  reporting_from: (value, path) => parseQuarter(value as string, path).text,
};

/** What the caller worked out itself; the registry refuses a difference. */
const CLAIMED = { royalty_usd: usd, deducted_fees_usd: usd, net_royalty_usd: usd };

const MODEL: Readonly<Record<string, Reader>> = {
  model: readModel,
  inferences: readCount,
  revenue_usd: usd,
  run_cost_usd: usd,
  routing_fees_usd: usd,
  ...CLAIMED,
};

const PIPELINE: Readonly<Record<string, Reader>> = {
  pipeline: readName,
  revenue_usd: usd,
  run_cost_usd: usd,
  routing_fees_usd: usd,
  models: (value, path) =>
    readList(value, path, DEFAULT_REPORT_LIMITS.lines).map((model, index) => readMembers(model, PART, joinPath(path, index))),
};

const PART: Readonly<Record<string, Reader>> = {
  model: readModel,
  weight: (value, path) => formatDecimal(parsePart(value as string, 1, WEIGHT_RANGE, path), 6),
  inferences: readCount,
  ...CLAIMED,
};

const OPTIONAL = new Set(["final", "reporting_from", "routing_fees_usd", ...Object.keys(CLAIMED)]);

/**
 * A report in the one form that is sent: amounts with six places, addresses and hashes in lower case.
 *
 * Two inputs that mean the same come out the same, so that they share an idempotency key.
 *
 * @throws {OmlaInputError} with the path of the field at fault, such as `entries[2].revenue_usd`
 * @see docs/spec/2-money.md clauses 2.2 to 2.4
 */
export function normalizeReport(input: ReportInput): ReportInput {
  try {
    return readMembers(input, REPORT, "") as unknown as ReportInput;
  } catch (error) {
    throw asInputError(error);
  }
}

/** What makes two submissions of one key the same: the digest of who reports, for what quarter, what. */
export async function reportKey(action: string, keyId: string, report: ReportInput): Promise<string> {
  return `${action}-${await sha256Hex(utf8Encode(canonicalize([keyId, report.quarter, report])))}`;
}

function readEntry(value: unknown, path: string): unknown {
  return readMembers(value, isRecord(value) && "pipeline" in value ? PIPELINE : MODEL, path);
}

function readMembers(value: unknown, table: Readonly<Record<string, Reader>>, path: string): Record<string, unknown> {
  if (!isRecord(value)) throw fault("REPORT_INVALID", "an object is expected", path);
  const unknown = Object.keys(value).find((name) => !(name in table));
  if (unknown !== undefined) {
    throw fault(
      "MEMBER_UNKNOWN",
      `there is no member ${JSON.stringify(unknown.slice(0, 40))}`,
      joinPath(path, unknown),
      `Known here: ${Object.keys(table).join(", ")}.`,
    );
  }
  const out: Record<string, unknown> = {};
  for (const [name, read] of Object.entries(table)) {
    // A draft leaves null where somebody has to fill in.
    if (value[name] != null) out[name] = read(value[name], joinPath(path, name));
    else if (!OPTIONAL.has(name))
      throw fault("MEMBER_MISSING", `\`${name}\` is ${value[name] === null ? "not filled in" : "missing"}`, joinPath(path, name));
  }
  return out;
}

function readList(value: unknown, path: string, limit: number): readonly unknown[] {
  if (!Array.isArray(value)) throw fault("REPORT_INVALID", "a list is expected", path);
  if (value.length > limit)
    throw fault(
      "LIMIT_EXCEEDED",
      `${value.length} items, at most ${limit}`,
      path,
      "Add up the lines of one model; split a larger report by pipelines.",
    );
  return value;
}

function readModel(value: unknown, path: string): string {
  if (typeof value === "string" && /^[0-9a-f]{64}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return value.toLowerCase();
  if (isAddress(value) || (typeof value === "string" && /^omla1/i.test(value))) return assertAddress(value, path);
  throw fault(
    "MODEL_REFERENCE",
    "a model is named by its address, its id or the SHA-256 of its weights",
    path,
    "Copy the omla1… address from the model card or the registry.",
  );
}

function readCount(value: unknown, path: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0)) return value;
  throw fault("COUNT_INVALID", "a whole number from 0 is expected", path, "Give a whole number between 0 and 2^53 - 1.");
}

function readBoolean(value: unknown, path: string): boolean {
  if (typeof value === "boolean") return value;
  throw fault("REPORT_INVALID", "true or false is expected", path);
}

function readName(value: unknown, path: string): string {
  if (typeof value === "string" && value.length > 0 && value.length <= 200) return value;
  throw fault("REPORT_INVALID", "a name of 1 to 200 characters is expected", path);
}

function fault(code: string, message: string, path: string, hint?: string): OmlaInputError {
  return new OmlaInputError(code, message, {
    path: path === "" ? undefined : path,
    hint: hint ?? "Compare the report with the example of `omla report --help`.",
  });
}
