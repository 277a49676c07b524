import { resolveSplits } from "@omla/sdk/protocol";
import { randomLineage } from "./lineage-inputs.ts";
import { median, time } from "./measure.ts";

/** A process of its own, so that its peak memory is that of one lineage: 10^6 models, 3·10^6 edges. Prints one line of JSON. */
const { models, target } = randomLineage(1_000_000);
const runs: number[] = [];
for (let run = 0; run < 5; run += 1) {
  runs.push(await time(() => resolveSplits({ models, target_model_id: target, lineage_policy: "sequential" })));
}
process.stdout.write(`${JSON.stringify({ seconds: median(runs) / 1000, peakBytes: process.resourceUsage().maxRSS * 1024 })}\n`);
