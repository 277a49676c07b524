import { closeContext } from "../../../../src/create-context.ts";
import { carryOut, openContext, type RunnerOrder } from "./runner.ts";

/** A runner in a process of its own, so that it can be killed. */
const order = JSON.parse(process.argv[2] ?? "") as RunnerOrder;
const ctx = await openContext(order);
const { state } = await carryOut(ctx, order);
process.stdout.write(state);
await closeContext(ctx);
