import { divideLines } from "./payout-lines.ts";

/** A process of its own, so that its memory is its own: prints milliseconds, mebibytes at the peak, and the sum. */
const begin = performance.now();
const total = divideLines(Number(process.argv[2]));
const milliseconds = performance.now() - begin;
process.stdout.write(JSON.stringify({ milliseconds, mebibytes: process.resourceUsage().maxRSS / 1_024, total: String(total) }));
