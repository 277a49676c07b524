import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type LineageModel, resolveSplits, type WalletShare } from "@omla/sdk/protocol";
import { chainOf, type LineageSample, ladderOf, randomLineage } from "./lineage-inputs.ts";
import { interleavedRatio, type Row } from "./measure.ts";

const NAIVE = { peer: "naive recursion", peerVersion: "" };

/** Split resolution against naive recursion, and its growth with the lineage. */
export async function splitsBench(): Promise<Row[]> {
  const [chain, ladder] = [chainOf(5), ladderOf(20)];
  const growth = await interleavedRatio(resolve(randomLineage(100_000)), resolve(randomLineage(10_000)), { rounds: 9 });
  return [
    {
      ...NAIVE,
      name: "split resolution, chain",
      size: "5 models",
      ratio: await interleavedRatio(resolve(chain), () => naiveSplits(chain), { rounds: 41, repeats: 4000 }),
      goal: 1,
    },
    {
      ...NAIVE,
      name: "split resolution, ladder",
      size: "20 diamonds",
      ratio: await interleavedRatio(resolve(ladder), () => naiveSplits(ladder), { rounds: 3 }),
      goal: 0.001,
    },
    { name: "split resolution, growth", peer: "itself at 10^4", peerVersion: "", size: "10^5 models", ratio: growth, goal: 15 },
    ...(await millionRows()),
  ];
}

async function millionRows(): Promise<Row[]> {
  const script = fileURLToPath(new URL("splits-million.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, script]);
  const { seconds, peakBytes } = JSON.parse(stdout) as { seconds: number; peakBytes: number };
  const row = { name: "split resolution, 3·10^6 edges", size: "10^6 models", goal: 1, peerVersion: "" };
  return [
    { ...row, peer: "1.5 s", ratio: seconds / 1.5, note: `${seconds.toFixed(2)} s` },
    { ...row, peer: "1 GB", ratio: peakBytes / 1e9, note: `${Math.round(peakBytes / 1e6)} MB at the peak, input included` },
  ];
}

function resolve({ models, target }: LineageSample): () => WalletShare[] {
  return () => resolveSplits({ models, target_model_id: target, lineage_policy: "sequential" });
}

/** What one writes first: the docs' pseudocode made to conserve, one call per path. */
function naiveSplits({ models, target }: LineageSample): WalletShare[] {
  const shares = new Map<string, bigint>();
  const add = (wallet: string, units: bigint): void => {
    if (units > 0n) shares.set(wallet.toLowerCase(), (shares.get(wallet.toLowerCase()) ?? 0n) + units);
  };
  const visit = (id: string, units: bigint): void => {
    const { wallet, lineage_edges: edges = [], contribution_splits: splits = [] } = models[id] as LineageModel;
    let applied = 0n;
    let local = units;
    for (const edge of edges) {
      if (models[edge.parent_id] === undefined) continue;
      const weight = BigInt(Math.round(Number(edge.contribution_weight) * 1e6));
      const part = (units * weight * (1_000_000n - applied)) / 1_000_000_000_000n;
      applied += weight;
      local -= part;
      visit(edge.parent_id, part);
    }
    let left = local;
    for (const split of splits.slice(1)) {
      const part = (local * BigInt(Math.round(Number(split.percentage) * 1e6))) / 100_000_000n;
      left -= part;
      add(split.wallet, part);
    }
    add(splits[0]?.wallet ?? wallet, left);
  };
  visit(target, 10n ** 18n);
  return [...shares].sort(([a], [b]) => (a < b ? -1 : 1)).map(([wallet, share]) => ({ wallet, share: String(share) }));
}
