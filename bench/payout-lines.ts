import { addLine, emptyState, linesDigest, type PortionRoute } from "../packages/server-reference/src/domain/payouts/plan-state.ts";
import { createAllocator } from "@omla/sdk/protocol";
import { divideLine } from "../packages/server-reference/src/domain/payouts/distribute.ts";

const MODELS = 1_000;
const RECEIVERS = 4;
const DOLLARS: PortionRoute = { currency: "USD", route: "native", fee_pct: "0", feeParts: 0n };

const NOBODY = createAllocator([]);

/** Royalty of a line in micro-dollars: the same figure in SQL is 1000000 + i * 7919 % 99999989. */
const netOf = (line: number): bigint => BigInt(1_000_000 + ((line * 7_919) % 99_999_989));

export const MODEL_SHARES: readonly { readonly id: string; readonly weight: bigint }[][] = Array.from({ length: MODELS }, (_, model) =>
  Array.from({ length: RECEIVERS }, (_, at) => ({
    id: `wallet-${(model * RECEIVERS + at) % 3_001}`,
    weight: [420_000_000_000_000_001n, 279_999_999_999_999_999n, 200_000_000_000_000_000n, 100_000_000_000_000_000n][at] ?? 0n,
  })),
);

/** Divides so many lines among their receivers, and adds up what each wallet is owed: what PLAN computes, without the database. */
export function divideLines(lines: number): bigint {
  const state = emptyState();
  const creators = MODEL_SHARES.map(createAllocator);
  for (let line = 0; line < lines; line += 1) {
    const division = divideLine(netOf(line), { creators: creators[line % MODELS] ?? NOBODY, hosterSharePct: "0", claims: [] });
    const portions = division.portions.map(({ wallet, kind, amount }) => ({ wallet, kind, amount, route: DOLLARS }));
    addLine(state, {
      report_id: String(line),
      reporter_id: "r",
      part: "distribution",
      terms_sha256: "",
      division,
      claims: undefined,
      portions,
    });
  }
  linesDigest(state);
  return state.creatorFlow;
}
