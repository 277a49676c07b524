import fc from "fast-check";
import { expect } from "vitest";
import { balances } from "../../../src/ledger/balances.ts";
import { reconcile } from "../../../src/ledger/reconcile.ts";
import { createTestApp } from "../../helpers/app.ts";
import { registerCompany, registerModel, type SignedModel } from "../../helpers/factories.ts";
import { moneyCommands } from "./money-commands.ts";
import { newMoneyModel } from "./money-model.ts";

/** What the ledger holds when all is played. */
export interface PlayedMoney {
  readonly histories: number;
  /** Of all accounts; debits and credits are equal where it is 0. */
  readonly total: bigint;
  readonly accounts: readonly string[];
}

/** Plays random histories of companies' money on one registry, each against the paper, and reconciles the whole after each. */
export async function playMoney(numRuns: number, maxCommands: number): Promise<PlayedMoney> {
  const test = await createTestApp();
  try {
    const models: SignedModel[] = [];
    for (const name of ["Fox", "Owl", "Elk"]) models.push(await registerModel(test, { name }));
    let company = 0;
    const history = fc.asyncProperty(moneyCommands(maxCommands), async (commands) => {
      company += 1;
      const real = { test, company: await registerCompany(test), models, wallet: `omla1test${company}` };
      await fc.asyncModelRun(() => ({ model: newMoneyModel(), real }), commands);
      expect((await reconcile(test.ctx)).discrepancies).toEqual([]);
    });
    await fc.assert(history, { numRuns });
    const everything = await test.ctx.db.service((tx) => balances(tx, ""));
    return {
      histories: company,
      total: everything.reduce((total, { amount }) => total + amount, 0n),
      accounts: everything.map(({ account }) => account),
    };
  } finally {
    await test.close();
  }
}
