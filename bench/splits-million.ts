import { resolveSplits } from "@omla/sdk/protocol";
import { randomLineage } from "./lineage-inputs.ts";
import { median, time } from "./measure.ts";

/**
 * A process of its own, so that its peak memory is that of one lineage of 10^6 models and 3·10^6 edges and of one resolution; the
 * runs after it are for the time. Prints one line of JSON.
 */
const { models, target } = randomLineage(1_000_000);
const resolve = (): unknown => resolveSplits({ models, target_model_id: target, lineage_policy: "sequential" });
const runs = [await time(resolve)];
const peakBytes = process.resourceUsage().maxRSS * 1024;
for (let run = 1; run < 5; run += 1) runs.push(await time(resolve));
process.stdout.write(`${JSON.stringify({ seconds: median(runs) / 1000, peakBytes })}\n`);
