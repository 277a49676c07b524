import { quarterEnd } from "../protocol/quarter.ts";
import { apiKeyId } from "./api-key.ts";
import type { Explanation } from "./explain.ts";
import { type Receipt, readReceipt } from "./receipt.ts";
import { normalizeReport, type ReportInput } from "./report-input.ts";
import type { Registry } from "./registry.ts";
import type { CallOptions } from "./call.ts";

/** The figures of a report that was not sent: a receipt without ids. */
export interface Quote extends Receipt {
  /** How the amount of one wallet comes about: path through the lineage, rounding, route and fee. */
  readonly explain: (wallet: string, options?: CallOptions) => Promise<Explanation>;
}

/** Asks the registry what a report would come to; nothing is written. */
export async function createQuote(registry: Registry, now: () => Date, input: ReportInput, options?: CallOptions): Promise<Quote> {
  apiKeyId(registry.apiKey);
  const receipt = readReceipt(await registry.act("quote", normalizeReport(input), { ...options, reads: true }), "the quote");
  return { ...receipt, explain: (wallet, call) => explain(registry, now(), receipt, wallet, call) };
}

/** The lineage is fetched, and the code that reads it loaded, when somebody asks. */
async function explain(registry: Registry, now: Date, receipt: Receipt, wallet: string, options?: CallOptions): Promise<Explanation> {
  const [{ fetchTerms }, { explainAllocation }] = await Promise.all([import("./terms.ts"), import("./explain.ts")]);
  // Terms are those at the end of the quarter; while it lasts, those of now.
  const end = quarterEnd(receipt.quarter);
  const entries = new Set(
    receipt.allocations.filter((part) => part.wallet === wallet.toLowerCase()).flatMap(({ lines }) => lines.map(({ entry }) => entry)),
  );
  const roots = receipt.lines.filter(({ entry }) => entries.has(entry)).map(({ model_id }) => model_id);
  return explainAllocation(receipt, await fetchTerms(registry, roots, end > now ? undefined : end, options), wallet);
}
