import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { examine } from "../../src/domain/health/examination.ts";
import { reconcileLedgerJob } from "../../src/jobs/reconcile-ledger.ts";
import { accounts } from "../../src/ledger/accounts.ts";
import { post } from "../../src/ledger/post.ts";
import { assertReconciled, reconcile } from "../../src/ledger/reconcile.ts";
import { distribute, file, receive } from "../domain/collections/arrange-money.ts";
import { createTestApp, type TestApp } from "../helpers/app.ts";
import { type Company, registerCompany, registerModel } from "../helpers/factories.ts";

let test: TestApp;
let company: Company;
let report: string;
beforeAll(async () => {
  test = await createTestApp();
  const [fox, owl] = [await registerModel(test, { name: "Fox" }), await registerModel(test, { name: "Owl" })];
  company = await registerCompany(test);
  [report = ""] = await file(test, company, [
    [fox, "1000"],
    [owl, "1000"],
  ]);
  await receive(test, company, "310", { rail: "wise", reference: "TR-1", reportIds: [report], fee: 1_000_000n });
  await distribute(test, report);
});
afterAll(() => test.close());

/** Runs statements as an owner of the database who goes past every guard, looks, and undoes them. */
async function tamper(...statements: readonly string[]): Promise<Awaited<ReturnType<typeof reconcile>>> {
  const tables = ["ledger_txns", "ledger_entries", "collections", "collection_allocations", "usage_reports"];
  const guards = (state: string): string => tables.map((name) => `alter table omla.${name} ${state} trigger user;`).join("");
  await test.database.owner(async (client) => {
    await client.query(guards("disable"));
    for (const statement of statements) await client.query(statement);
    await client.query(guards("enable"));
  });
  return reconcile(test.ctx);
}
async function mend(...statements: readonly string[]): Promise<void> {
  expect(await tamper(...statements)).toMatchObject({ ok: true });
}

describe("reconciliation", () => {
  it("finds nothing where everything was booked as it should be", async () => {
    const verdict = await reconcile(test.ctx);
    expect(verdict).toEqual({ at: test.clock.now(), ok: true, discrepancies: [] });
    expect(() => assertReconciled(verdict)).not.toThrow();
    expect(await reconcileLedgerJob(test.ctx)).toEqual({ reconciled: true });
    expect(await examine(test.ctx)).toContainEqual({ what: "ledger", fine: true, detail: "every account is what its tables say" });
  });

  it("finds one injected micro, names the account and the difference, and fails loudly", async () => {
    const payable = accounts.payable("omla1test");
    const verdict = await tamper(
      `insert into omla.ledger_entries select id, 99, '${payable}', 'USD', -1 from omla.ledger_txns where kind = 'payout.distribute'`,
    );
    expect(verdict.discrepancies).toEqual([
      {
        check: "every posting sums to zero in each currency",
        account: `accrued:${report}, ${payable}, ${payable}`,
        currency: "USD",
        difference: "-1",
        detail: expect.stringMatching(/^payout\.distribute /),
      },
      {
        check: "the ledger sums to zero in each currency",
        account: "all accounts",
        currency: "USD",
        difference: "-1",
        detail: "the sum of everything",
      },
    ]);
    expect(() => assertReconciled(verdict)).toThrow(
      expect.objectContaining({ code: "LEDGER_MISMATCH", message: expect.stringContaining("-1 USD") }),
    );
    await expect(reconcileLedgerJob(test.ctx)).rejects.toMatchObject({ code: "LEDGER_MISMATCH" });
    expect(await examine(test.ctx)).toContainEqual({
      what: "ledger",
      fine: false,
      detail: expect.stringContaining("is off by -1 USD units"),
    });
    const metrics = (await test.get("/metrics")).body;
    expect(metrics).toContain("omla_ledger_discrepancies 2\n");
    await mend("delete from omla.ledger_entries where position = 99");
    expect((await test.get("/metrics")).body).toContain("omla_ledger_discrepancies 0\n");
  });

  it("finds a balanced pair that nobody can explain", async () => {
    const { company_id } = company;
    const verdict = await tamper(
      "insert into omla.ledger_txns (kind, ref, live) values ('test.theft', '1', true)",
      `insert into omla.ledger_entries select id, n, case n when 0 then 'receivable:${company_id}' else 'unapplied:${company_id}' end, 'USD', 1 - 2 * n
         from omla.ledger_txns, generate_series(0, 1) n where kind = 'test.theft'`,
    );
    expect(verdict.discrepancies.map(({ check, account, difference }) => [check, account, difference])).toEqual([
      ["what a company owes is what its lines lack", `receivable:${company_id}`, "1"],
      ["a company's credit is what of its payments stands on no line", `unapplied:${company_id}`, "-1"],
    ]);
    await mend(
      "delete from omla.ledger_entries e using omla.ledger_txns t where t.id = e.txn_id and t.kind = 'test.theft'",
      "delete from omla.ledger_txns where kind = 'test.theft'",
    );
  });

  it.each<[string, string, string, string]>([
    [
      "money that left a rail",
      "what a rail holds is what arrived, less its fees and what went back",
      "update omla.collections set amount = amount - 1 where reference = 'TR-1'",
      "update omla.collections set amount = amount + 1 where reference = 'TR-1'",
    ],
    [
      "an allocation of one micro too little",
      "what a company owes is what its lines lack",
      "update omla.collection_allocations set amount_usd = amount_usd - 0.000001",
      "update omla.collection_allocations set amount_usd = amount_usd + 0.000001",
    ],
    [
      "a line that is called funded and is not paid",
      "a line is funded where it is paid in full, and only there",
      "update omla.usage_reports set status = 'funded' where status = 'submitted'",
      "update omla.usage_reports set status = 'submitted' where status = 'funded'",
    ],
    [
      "money that is called cleared and was not booked so",
      "what is clearing is what arrived and has not cleared",
      "update omla.collections set cleared_at = omla.now()",
      "update omla.collections set cleared_at = null",
    ],
    [
      "an accrual that was taken away",
      "what a model accrued of a quarter is the royalty of the line in force",
      "update omla.ledger_entries set account = 'suspense:x' where account like 'accrued:%' and amount < 0",
      "",
    ],
  ])("finds %s", async (_, check, statement, undo) => {
    // The check of dollars against their value would stop some of these already.
    const verdict = await tamper("alter table omla.collections drop constraint if exists collections_usd_value", statement);
    expect(verdict.discrepancies.map((found) => found.check)).toContain(check);
    if (undo !== "") await mend(undo);
  });

  it("takes in what only a rail or a market can tell", async () => {
    const fault = { check: "every transfer is known to the rail", account: "transfer 1", currency: "USD", difference: "5", detail: "" };
    const verdict = await reconcile(test.ctx, [async () => [fault]]);
    expect(verdict.discrepancies).toContainEqual(fault);
  });

  it("finds what is in transit for more than 48 hours", async () => {
    const transfer = accounts.inTransit("ab12");
    await test.ctx.db.service((tx) =>
      post(tx, {
        kind: "payout.plan",
        ref: "ab12",
        live: true,
        entries: [
          { account: transfer, currency: "USD", amount: -5n },
          { account: accounts.suspense("x"), currency: "USD", amount: 5n },
        ],
      }),
    );
    const late = async (): Promise<string[]> => (await reconcile(test.ctx)).discrepancies.map(({ account }) => account);
    test.clock.advance({ hours: 48 });
    expect(await late()).not.toContain(transfer);
    test.clock.advance({ seconds: 1 });
    expect(await late()).toContain(transfer);
  });
});
