import { RATE_RANGE, WEIGHT_RANGE } from "./codes/values.ts";
import { formatUsd, parsePart, parseUsd, type DecimalInput } from "./money.ts";

export interface RoyaltyInput {
  /** 0 to 1, up to six places. */
  readonly rate: DecimalInput;
  readonly revenue_usd: DecimalInput;
  readonly run_cost_usd: DecimalInput;
  /** The model's weight in its pipeline, 0 to 1, up to six places; 1 for a plain entry. */
  readonly pipeline_weight?: DecimalInput | undefined;
  readonly routing_fees_usd?: DecimalInput | undefined;
}

export type RoyaltyBasis = "revenue" | "run_cost";

export interface Royalty {
  readonly royalty_basis: RoyaltyBasis;
  readonly royalty_usd: string;
  readonly deducted_fees_usd: string;
  readonly net_royalty_usd: string;
}

/**
 * The royalty of one line: rate × max(revenue, run cost) × weight, rounded half up to a micro-dollar, less routing fees.
 *
 * A tie of revenue and run cost is revenue. At most a tenth of the royalty, rounded down, is deducted.
 * @returns amounts in USD with six places
 * @throws RATE_RANGE | WEIGHT_RANGE | AMOUNT_INVALID | AMOUNT_RANGE, the path naming the member
 * @see docs/spec/2-money.md clause 2.6, vectors/royalty.json
 * @example computeRoyalty({ rate: "0.30", revenue_usd: "1000", run_cost_usd: "0" }).royalty_usd // "300.000000"
 */
export function computeRoyalty(input: RoyaltyInput): Royalty {
  const { basis, royalty } = grossRoyalty(input, (member) => member);
  return { royalty_basis: basis, ...deductFees(royalty, parseUsd(input.routing_fees_usd ?? "0", "routing_fees_usd")) };
}

/** Basis and royalty in micro-dollars before fees; `at` gives the path of a member. */
export function grossRoyalty(
  input: Omit<RoyaltyInput, "routing_fees_usd">,
  at: (member: "rate" | "revenue_usd" | "run_cost_usd" | "pipeline_weight") => string,
): { basis: RoyaltyBasis; royalty: bigint } {
  const rate = parsePart(input.rate, 1, RATE_RANGE, at("rate"));
  const revenue = parseUsd(input.revenue_usd, at("revenue_usd"));
  const runCost = parseUsd(input.run_cost_usd, at("run_cost_usd"));
  const weight = parsePart(input.pipeline_weight ?? "1", 1, WEIGHT_RANGE, at("pipeline_weight"));
  const basis = runCost > revenue ? "run_cost" : "revenue";
  const product = rate * weight * (basis === "revenue" ? revenue : runCost);
  return { basis, royalty: (product + 500_000_000_000n) / 1_000_000_000_000n };
}

/** Royalty, deducted fees and what is left, from micro-dollars. */
export function deductFees(royalty: bigint, fees: bigint): Omit<Royalty, "royalty_basis"> {
  const cap = royalty / 10n;
  const deducted = fees < cap ? fees : cap;
  return { royalty_usd: formatUsd(royalty), deducted_fees_usd: formatUsd(deducted), net_royalty_usd: formatUsd(royalty - deducted) };
}
