import { formatUsd } from "../../protocol/money.ts";
import { quarterEnd, quarterStart } from "../../protocol/quarter.ts";
import type { ModelMap } from "./model-map.ts";
import { createSeenIds } from "./seen-ids.ts";
import type { UsageRecord } from "./usage-record.ts";

/** A report that is not complete yet: the revenue is the user's to fill in. */
export interface ReportDraft {
  readonly quarter: string;
  readonly entries: readonly {
    readonly model: string;
    readonly inferences: number;
    readonly revenue_usd: null;
    /** Null where the log names no cost at all. */
    readonly run_cost_usd: string | null;
  }[];
}

/** What came by and did not become part of the draft, or only with a doubt. */
export interface DraftCounts {
  readonly records: number;
  readonly counted: number;
  readonly doubles: number;
  readonly failed: number;
  readonly outside_quarter: number;
  readonly not_omla: number;
  readonly unmapped: Readonly<Record<string, number>>;
  readonly unreadable: number;
  readonly unknown_format: number;
  readonly without_id: number;
  readonly without_time: number;
  readonly without_usage: number;
  readonly without_cost: number;
  readonly zero_cost: number;
}

export interface DraftBuilder {
  add(record: UsageRecord): void;
  /** A record that could not be read, or of no known format. */
  skip(reason: "unreadable" | "unknown_format"): void;
  finish(): { readonly draft: ReportDraft; readonly counts: DraftCounts };
}

/** Names that are kept apart among those without a place in the map; more are counted together. */
const MAX_UNMAPPED = 1_000;
const OTHERS = "(others)";
const MICRO = 10n ** 12n;

interface Sum {
  inferences: number;
  cost: bigint;
  hasCost: boolean;
}

/** Adds requests up by model; memory grows with the models and, by a few bytes each, with the ids. */
export function createDraftBuilder(quarter: string, models: ModelMap): DraftBuilder {
  const [beginsMs, endsMs] = [quarterStart(quarter).getTime(), quarterEnd(quarter).getTime()];
  const seen = createSeenIds();
  const sums = new Map<string, Sum>();
  const unmapped = new Map<string, number>();
  const counts = emptyCounts();

  const count = (record: UsageRecord, model: string): void => {
    const sum = sums.get(model) ?? { inferences: 0, cost: 0n, hasCost: false };
    sums.set(model, sum);
    sum.inferences += 1;
    counts.counted += 1;
    if (record.cost !== undefined) {
      sum.cost += record.cost;
      sum.hasCost = true;
    }
    if (record.tokens === undefined || record.tokens === 0) counts.without_usage += 1;
    if (record.cost === undefined) counts.without_cost += 1;
    else if (record.cost === 0n && !record.isCached) counts.zero_cost += 1;
    if (record.id === undefined) counts.without_id += 1;
    if (record.atMs === undefined) counts.without_time += 1;
  };

  return {
    skip(reason) {
      counts.records += 1;
      counts[reason] += 1;
    },
    add(record) {
      counts.records += 1;
      if (record.atMs !== undefined && (record.atMs < beginsMs || record.atMs >= endsMs)) counts.outside_quarter += 1;
      else if (record.hasFailed) counts.failed += 1;
      else if (record.id !== undefined && !seen.add(record.id)) counts.doubles += 1;
      else {
        const name = record.models.find((candidate) => models.has(candidate));
        const model = name === undefined ? undefined : models.get(name);
        if (model === null) counts.not_omla += 1;
        else if (model !== undefined) count(record, model);
        else noteUnmapped(unmapped, record.models[0] ?? "(no name)");
      }
    },
    finish: () => ({ draft: { quarter, entries: [...sums].map(entryOf) }, counts: { ...counts, unmapped: Object.fromEntries(unmapped) } }),
  };
}

function emptyCounts(): Record<Exclude<keyof DraftCounts, "unmapped">, number> {
  return {
    records: 0,
    counted: 0,
    doubles: 0,
    failed: 0,
    outside_quarter: 0,
    not_omla: 0,
    unreadable: 0,
    unknown_format: 0,
    without_id: 0,
    without_time: 0,
    without_usage: 0,
    without_cost: 0,
    zero_cost: 0,
  };
}

function noteUnmapped(unmapped: Map<string, number>, name: string): void {
  const key = unmapped.has(name) || unmapped.size < MAX_UNMAPPED ? name : OTHERS;
  unmapped.set(key, (unmapped.get(key) ?? 0) + 1);
}

/** Costs are added exactly and rounded up once, to a micro-dollar: a cost is never understated. */
function entryOf([model, { inferences, cost, hasCost }]: [string, Sum]): ReportDraft["entries"][number] {
  return { model, inferences, revenue_usd: null, run_cost_usd: hasCost ? formatUsd((cost + MICRO - 1n) / MICRO) : null };
}
