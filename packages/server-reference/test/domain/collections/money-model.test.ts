import { it } from "vitest";
import { playMoney } from "./money-runs.ts";

it(
  "model_based_ledger: the ledger agrees to the micro with the paper, whatever happens to a company's money",
  () => playMoney(60, 16),
  300_000,
);
