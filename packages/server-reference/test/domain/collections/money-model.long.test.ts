import { it } from "vitest";
import { playMoney } from "./money-runs.ts";

it("the ledger agrees to the micro with the paper in a thousand histories", () => playMoney(1_000, 16), 3_600_000);
