import { allocate } from "./allocate.ts";
import { DOCUMENT_SCHEMA } from "./codes/documents.ts";
import { COUNT_INVALID, LIMIT_EXCEEDED, MODEL_DUPLICATE, RATE_RANGE, ROYALTY_MISMATCH, WEIGHT_RANGE, WEIGHT_SUM } from "./codes/values.ts";
import { joinPath, protocolError } from "./errors.ts";
import { isObject } from "./file-rules.ts";
import { DEFAULT_REPORT_LIMITS, type ReportLimits } from "./limits.ts";
import { formatDecimal, formatUsd, parsePart, parseUsd, shown, type DecimalInput } from "./money.ts";
import { deductFees, grossRoyalty, type Royalty } from "./royalty.ts";

/** Figures that a reporter may send along; each is recomputed, and a difference is refused. */
export type ClaimedFigures = Partial<Record<"royalty_usd" | "deducted_fees_usd" | "net_royalty_usd", DecimalInput | undefined>>;

interface EntryMoney {
  readonly revenue_usd: DecimalInput;
  readonly run_cost_usd: DecimalInput;
  readonly routing_fees_usd?: DecimalInput | undefined;
}

/** The use of one model. */
export interface PlainEntry extends EntryMoney, ClaimedFigures {
  /** An address, a model id or a weight hash. */
  readonly model: string;
  readonly inferences: number;
}

export interface PipelineModel extends ClaimedFigures {
  readonly model: string;
  /** 0 to 1, up to six places. */
  readonly weight: DecimalInput;
  readonly inferences: number;
}

/** The use of several models together; what their weights lack to 1 belongs to models outside the registry. */
export interface PipelineEntry extends EntryMoney {
  readonly pipeline: string;
  readonly models: readonly PipelineModel[];
}

export type ReportEntry = PlainEntry | PipelineEntry;

/** One model's line of a report. */
export interface ReportLine extends Royalty {
  /** Path of the entry, or of the model within its pipeline: `entries[1].models[0]`. */
  readonly entry: string;
  readonly model: string;
  readonly inferences: number;
  /** Revenue and run cost of the whole entry. */
  readonly revenue_usd: string;
  readonly run_cost_usd: string;
  /** Shortest decimal form; 1 for a plain entry. */
  readonly weight: string;
  readonly rate: string;
}

interface DraftLine {
  readonly path: string;
  readonly model: string;
  readonly inferences: number;
  readonly weight: DecimalInput;
  readonly claimed: ClaimedFigures;
}

/**
 * The lines of a report, one per model, with every figure computed.
 *
 * A pipeline's routing fees are allotted to its lines by largest remainder over their royalties, ties by the order of its models;
 * each line deducts at most a tenth of its royalty. `rateOf` gives a model's royalty rate.
 * @param limits lines of one report; 5,000 by default
 * @returns lines in the order of the entries
 * @throws DOCUMENT_SCHEMA | AMOUNT_INVALID | AMOUNT_RANGE | COUNT_INVALID | RATE_RANGE | WEIGHT_RANGE | WEIGHT_SUM | MODEL_DUPLICATE |
 * ROYALTY_MISMATCH (details name both figures) | LIMIT_EXCEEDED, each with the path of the field
 * @see docs/spec/2-money.md clause 2.10
 */
export function computeReport(
  entries: readonly ReportEntry[],
  rateOf: (model: string) => DecimalInput,
  limits: ReportLimits = DEFAULT_REPORT_LIMITS,
): ReportLine[] {
  entries.forEach((entry, position) => refuseOtherShape(entry, `entries[${position}]`));
  const count = entries.reduce((sum, entry) => sum + draftCount(entry), 0);
  if (count > limits.lines) throw protocolError(LIMIT_EXCEEDED, `${count} lines, ${limits.lines} are allowed`, "entries");
  const drafts = entries.map((entry, position) => draftLines(entry, `entries[${position}]`));
  refuseRepeatedModels(drafts.flat());
  return entries.flatMap((entry, position) => entryLines(entry, drafts[position] ?? [], `entries[${position}]`, rateOf));
}

function isPipeline(entry: ReportEntry): entry is PipelineEntry {
  return (entry as Partial<PipelineEntry>).models !== undefined;
}

/** An entry that is both plain and a pipeline would hide one of the two. */
function refuseOtherShape(entry: ReportEntry, path: string): void {
  if (!isObject(entry)) throw protocolError(DOCUMENT_SCHEMA, "must be an object", path);
  if (isPipeline(entry) === ((entry as Partial<PlainEntry>).model !== undefined)) {
    throw protocolError(DOCUMENT_SCHEMA, "must have either model or, as a pipeline, models", path);
  }
  if (isPipeline(entry) && !(Array.isArray(entry.models) && entry.models.every(isObject))) {
    throw protocolError(DOCUMENT_SCHEMA, "must be a list of objects", `${path}.models`);
  }
}

function draftCount(entry: ReportEntry): number {
  return isPipeline(entry) ? entry.models.length : 1;
}

function draftLines(entry: ReportEntry, path: string): DraftLine[] {
  if (!isPipeline(entry)) return [draftLine(entry, "1", path)];
  const lines = entry.models.map((model, position) => draftLine(model, model.weight, `${path}.models[${position}]`));
  const sum = lines.reduce((total, line) => total + parsePart(line.weight, 1, WEIGHT_RANGE, `${line.path}.weight`), 0n);
  if (sum > 1_000_000n) throw protocolError(WEIGHT_SUM, `the weights sum to ${formatDecimal(sum, 6)}, above 1`, `${path}.models`);
  return lines;
}

function draftLine(claimed: PlainEntry | PipelineModel, weight: DecimalInput, path: string): DraftLine {
  const { model, inferences } = claimed;
  if (typeof model !== "string" || model === "") throw protocolError(DOCUMENT_SCHEMA, "must name a model", `${path}.model`);
  if (!Number.isSafeInteger(inferences) || inferences < 0) {
    throw protocolError(COUNT_INVALID, `${shown(inferences)} is not a count`, `${path}.inferences`);
  }
  return { path, model, inferences, weight, claimed };
}

function refuseRepeatedModels(lines: readonly DraftLine[]): void {
  const first = new Map<string, string>();
  for (const { path, model } of lines) {
    const key = model.toLowerCase();
    const before = first.get(key);
    if (before !== undefined)
      throw protocolError(MODEL_DUPLICATE, `${before} reports ${shown(model)} too`, `${path}.model`, { first: before });
    first.set(key, path);
  }
}

function entryLines(entry: EntryMoney, drafts: readonly DraftLine[], path: string, rateOf: (model: string) => DecimalInput): ReportLine[] {
  const { revenue_usd, run_cost_usd } = entry;
  const fees = parseUsd(entry.routing_fees_usd ?? "0", joinPath(path, "routing_fees_usd"));
  const gross = drafts.map((line) => {
    const rate = rateOf(line.model);
    return { rate, ...grossRoyalty({ rate, revenue_usd, run_cost_usd, pipeline_weight: line.weight }, (member) => joinPath(path, member)) };
  });
  const allotted = allotFees(
    fees,
    gross.map(({ royalty }) => royalty),
  );
  return drafts.map((line, at) => {
    const { rate, basis, royalty } = gross[at] as (typeof gross)[number];
    const figures = deductFees(royalty, allotted[at] ?? 0n);
    refuseOtherFigures(line, figures);
    return {
      entry: line.path,
      model: line.model,
      inferences: line.inferences,
      revenue_usd: formatUsd(parseUsd(revenue_usd)),
      run_cost_usd: formatUsd(parseUsd(run_cost_usd)),
      weight: formatDecimal(parsePart(line.weight, 1, WEIGHT_RANGE), 6),
      rate: formatDecimal(parsePart(rate, 1, RATE_RANGE), 6),
      royalty_basis: basis,
      ...figures,
    };
  });
}

/** A pipeline without any royalty deducts nothing, so its fees need no line. */
function allotFees(fees: bigint, royalties: readonly bigint[]): bigint[] {
  if (royalties.every((royalty) => royalty === 0n)) return royalties.map(() => 0n);
  const parts = royalties.map((weight, position) => ({ id: String(position).padStart(10, "0"), weight }));
  const amounts = new Map(allocate(fees, parts).map(({ id, amount }) => [id, amount]));
  return parts.map(({ id }) => amounts.get(id) ?? 0n);
}

function refuseOtherFigures({ claimed, path }: DraftLine, figures: Omit<Royalty, "royalty_basis">): void {
  for (const member of ["royalty_usd", "deducted_fees_usd", "net_royalty_usd"] as const) {
    const sent = claimed[member];
    if (sent === undefined || parseUsd(sent, `${path}.${member}`) === parseUsd(figures[member])) continue;
    const details = { sent: formatUsd(parseUsd(sent)), expected: figures[member] };
    throw protocolError(ROYALTY_MISMATCH, `${details.sent} was sent, ${details.expected} is expected`, `${path}.${member}`, details);
  }
}
