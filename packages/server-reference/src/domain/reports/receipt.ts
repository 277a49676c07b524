import { formatTimestamp, lineDeadline } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { allocate } from "./allocations.ts";
import { type ComputedLine, sumUsd } from "./figures.ts";
import type { Receipt, ReceiptLine, ReportInput } from "./schema.ts";
import type { Reporter } from "./reporter.ts";
import type { PayoutFacts } from "./terms-repository.ts";

export interface ReceiptFacts {
  readonly submission: { readonly id: string; readonly version: number; readonly filedAt: Date } | null;
  readonly firstFiledAt: Date;
  readonly stored: ReadonlyMap<string, { readonly report_id: string; readonly status: string | null }> | null;
}

/** The receipt of a filing, or of a quote where nothing is stored. */
export async function toReceipt(
  ctx: AppContext,
  tx: Tx,
  reporter: Reporter,
  input: ReportInput,
  lines: readonly ComputedLine[],
  payout: PayoutFacts,
  { submission, firstFiledAt, stored }: ReceiptFacts,
): Promise<Receipt> {
  const ids = stored === null ? null : new Map([...stored].map(([model, { report_id }]) => [model, report_id]));
  return {
    submission_id: submission?.id ?? null,
    company_id: reporter.companyId,
    quarter: input.quarter,
    version: submission?.version ?? null,
    final: input.final ?? false,
    filed_at: submission === null ? null : formatTimestamp(submission.filedAt),
    due_at: formatTimestamp(lineDeadline({ quarter: input.quarter, filed_at: formatTimestamp(firstFiledAt) })),
    live: reporter.live,
    royalty_usd: sumUsd(lines, "royalty_usd"),
    deducted_fees_usd: sumUsd(lines, "deducted_fees_usd"),
    net_royalty_usd: sumUsd(lines, "net_royalty_usd"),
    lines: lines.map((line) => toReceiptLine(line, stored?.get(line.model))),
    allocations: await allocate(tx, payout, lines, ids, ctx.clock.now()),
    policy: ctx.config.lineagePolicy,
  };
}

function toReceiptLine(
  line: ComputedLine,
  stored: { readonly report_id: string; readonly status: string | null } | undefined,
): ReceiptLine {
  const { address, name, asset_kind } = line.modelFacts;
  const { hoster_pool_usd, creator_pool_usd } = line;
  return {
    report_id: stored?.report_id ?? null,
    status: stored?.status ?? null,
    address,
    name,
    asset_kind,
    ...figuresOf(line),
    hoster_pool_usd,
    creator_pool_usd,
  };
}

/** What is stored of a line and shown of it alike. */
export function figuresOf(
  line: ComputedLine,
): Omit<ReceiptLine, "report_id" | "status" | "name" | "address" | "asset_kind" | "hoster_pool_usd" | "creator_pool_usd"> {
  const {
    entry,
    model,
    inferences,
    revenue_usd,
    run_cost_usd,
    weight,
    rate,
    royalty_basis,
    royalty_usd,
    deducted_fees_usd,
    net_royalty_usd,
  } = line;
  return {
    entry,
    model_id: model,
    inferences,
    revenue_usd,
    run_cost_usd,
    weight,
    rate,
    royalty_basis,
    royalty_usd,
    deducted_fees_usd,
    net_royalty_usd,
  };
}
