import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rejectLine } from "../../../src/domain/collections/charge-service.ts";
import { holdLine, releaseLine } from "../../../src/domain/line-holds/service.ts";
import { accounts } from "../../../src/ledger/accounts.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { registerCompany, registerModel, type SignedModel } from "../../helpers/factories.ts";
import { distribute, file, ledger, moneyOf, receive, sendAll, statusOf } from "./arrange-money.ts";

let test: TestApp;
let fox: SignedModel;
let owl: SignedModel;
beforeAll(async () => {
  test = await createTestApp();
  fox = await registerModel(test, { name: "Fox" });
  owl = await registerModel(test, { name: "Owl" });
});
afterAll(() => test.close());

const amend = { amend: true };
/** What stands on a line, in dollars. */
const paidOf = async (report: string): Promise<unknown> =>
  (
    await test.rows("select coalesce(sum(amount_usd), 0)::text as paid from omla.collection_allocations where report_id = $1", [report])
  )[0]?.["paid"];

describe("an amendment before anything was paid out", () => {
  it("charges the new figures in the place of the old ones", async () => {
    const company = await registerCompany(test);
    const [old = ""] = await file(test, company, [[fox, "1000"]]);
    const [now = ""] = await file(test, company, [[fox, "2000"]], amend);
    expect(await moneyOf(test, company, [old, now])).toEqual({ receivable: 600_000_000n, "accrued 1": -600_000_000n });
  });

  it("keeps what was paid on the line of the same model", async () => {
    const company = await registerCompany(test);
    const [old = ""] = await file(test, company, [[fox, "1000"]]);
    await receive(test, company, "100");
    const [now = ""] = await file(test, company, [[fox, "2000"]], amend);
    expect(await moneyOf(test, company, [old, now])).toEqual({ receivable: 500_000_000n, "accrued 1": -600_000_000n });
    expect([await paidOf(old), await paidOf(now)]).toEqual(["0.000000", "100.000000"]);
  });

  it("that lowers a funded line keeps it funded and gives the rest as credit", async () => {
    const company = await registerCompany(test);
    const [old = ""] = await file(test, company, [[fox, "1000"]]);
    await receive(test, company, "300");
    const [now = ""] = await file(test, company, [[fox, "700"]], amend);
    expect(await moneyOf(test, company, [old, now])).toEqual({ unapplied: -90_000_000n, "accrued 1": -210_000_000n });
    expect([await statusOf(test, old), await statusOf(test, now)]).toEqual(["superseded", "funded"]);
  });

  it("that raises a funded line opens the difference", async () => {
    const company = await registerCompany(test);
    const [old = ""] = await file(test, company, [[fox, "1000"]]);
    await receive(test, company, "300");
    const [now = ""] = await file(test, company, [[fox, "1001"]], amend);
    expect(await moneyOf(test, company, [old, now])).toEqual({ receivable: 300_000n, "accrued 1": -300_300_000n });
    expect(await statusOf(test, now)).toBe("submitted");
    await receive(test, company, "0.3");
    expect(await statusOf(test, now)).toBe("funded");
  });

  it("that takes a line out frees its money for the other lines", async () => {
    const company = await registerCompany(test);
    const [foxLine = "", owlLine = ""] = await file(test, company, [
      [fox, "1000"],
      [owl, "1000"],
    ]);
    await receive(test, company, "300", { reportIds: [foxLine] });
    const [owlNow = ""] = await file(test, company, [[owl, "1000"]], amend);
    expect(await moneyOf(test, company, [foxLine, owlLine, owlNow])).toEqual({ "accrued 2": -300_000_000n });
    expect(await statusOf(test, owlNow)).toBe("funded");
    const [nothing] = [await file(test, company, [], amend)];
    expect(nothing).toEqual([]);
    expect(await moneyOf(test, company, [owlNow])).toEqual({ unapplied: -300_000_000n });
  });

  it("refuses more money on a line than it owes, whoever writes it", async () => {
    const company = await registerCompany(test);
    const [report = ""] = await file(test, company, [[fox, "1000"]]);
    const { collection_id } = await receive(test, company, "400");
    const more = test.ctx.db.service((tx) =>
      tx.query(
        "insert into omla.collection_allocations (collection_id, report_id, amount_usd, kind, ref) values ($1, $2, 0.000001, 'x', 'y')",
        [collection_id, report],
      ),
    );
    await expect(more).rejects.toMatchObject({ constraint: "MONEY_SPENT" });
  });
});

describe("an amendment after a payout", () => {
  it("that raises a line lets only the difference flow", async () => {
    const company = await registerCompany(test);
    const [old = ""] = await file(test, company, [[fox, "1000"]]);
    await receive(test, company, "300");
    await distribute(test, old);
    const [now = ""] = await file(test, company, [[fox, "1200"]], amend);
    expect(await moneyOf(test, company, [old, now])).toEqual({ receivable: 60_000_000n, "accrued 1": -60_000_000n });
    expect(await statusOf(test, now)).toBe("submitted");
    await receive(test, company, "60");
    expect(await statusOf(test, now)).toBe("funded");
    await distribute(test, now);
    expect(await moneyOf(test, company, [old, now])).toEqual({});
    expect(await statusOf(test, now)).toBe("paid");
  });

  it("that lowers a line owes the company the difference, which the wallets give back", async () => {
    const company = await registerCompany(test);
    const [old = ""] = await file(test, company, [[fox, "1000"]]);
    await receive(test, company, "300");
    await distribute(test, old);
    const [now = ""] = await file(test, company, [[fox, "900"]], amend);
    expect(await moneyOf(test, company, [old, now])).toEqual({ unapplied: -30_000_000n, "accrued 1": 30_000_000n });
    expect(await statusOf(test, now)).toBe("funded");
    const before = (await ledger(test, "payable:"))[accounts.payable("omla1test")] ?? 0n;
    await distribute(test, now);
    // The wallets were owed 300 and are now owed 270.
    expect((await ledger(test, "payable:"))[accounts.payable("omla1test")]).toBe(before + 30_000_000n);
    expect(await moneyOf(test, company, [old, now])).toEqual({ unapplied: -30_000_000n });
  });

  it("is booked as the example of the documentation says", async () => {
    const company = await registerCompany(test);
    const wallet = "omla1example";
    const [v1 = ""] = await file(test, company, [[fox, "1000"]]);
    await receive(test, company, "310", { rail: "sepa" });
    test.clock.advance({ days: 7 });
    await test.ctx.db.service((tx) => tx.query("select omla.clear_collections()"));
    await distribute(test, v1, wallet);
    await sendAll(test, wallet, "sepa");
    const [v2 = ""] = await file(test, company, [[fox, "900"]], amend);
    expect(await moneyOf(test, company, [v1, v2])).toEqual({ unapplied: -40_000_000n, "accrued 1": 30_000_000n });
    await distribute(test, v2, wallet);
    expect(await moneyOf(test, company, [v1, v2])).toEqual({ unapplied: -40_000_000n });
    expect(await ledger(test, "cash:sepa", "clearing:sepa", `payable:${wallet}`)).toEqual({
      "cash:sepa": 10_000_000n,
      [`payable:${wallet}`]: 30_000_000n,
    });
  });

  it("that leaves a line as it was leaves it paid", async () => {
    const company = await registerCompany(test);
    const [old = ""] = await file(test, company, [[fox, "1000"]]);
    await receive(test, company, "300");
    await distribute(test, old);
    const [now = "", added = ""] = await file(
      test,
      company,
      [
        [fox, "1000"],
        [owl, "10"],
      ],
      amend,
    );
    expect([await statusOf(test, now), await statusOf(test, added)]).toEqual(["paid", "submitted"]);
    expect(await moneyOf(test, company, [old, now, added])).toEqual({ receivable: 3_000_000n, "accrued 2": -3_000_000n });
  });

  it("that takes a line out takes back what each of its versions distributed, and putting it in again charges it again", async () => {
    const company = await registerCompany(test);
    const [first = ""] = await file(test, company, [[fox, "1000"]]);
    await receive(test, company, "300");
    await distribute(test, first);
    const [second = ""] = await file(test, company, [[fox, "1200"]], amend);
    await receive(test, company, "60");
    await distribute(test, second);
    await file(test, company, [], amend);
    expect(await moneyOf(test, company, [first, second])).toEqual({
      unapplied: -360_000_000n,
      "accrued 0": 300_000_000n,
      "accrued 1": 60_000_000n,
    });
    await distribute(test, first);
    const [third = ""] = await file(test, company, [[fox, "1300"]], amend);
    // 390 are owed for the model; 360 were paid; 60 of them are still with the wallets, so that 330 are to flow.
    expect(await moneyOf(test, company, [first, second, third])).toEqual({ receivable: 30_000_000n, "accrued 2": -330_000_000n });
  });
});

describe("a hold", () => {
  it("goes over to the line that takes the held one's place, with the date of the dispute, until its case is closed", async () => {
    const company = await registerCompany(test);
    const [old = ""] = await file(test, company, [[fox, "1000"]]);
    const hold = { reason: "dispute", caseId: randomUUID(), actor: "someone" } as const;
    expect(await test.ctx.db.service((tx) => holdLine(tx, { ...hold, reportId: old }))).toBe(true);
    expect(await test.ctx.db.service((tx) => holdLine(tx, { ...hold, reportId: old }))).toBe(false);
    test.clock.advance({ days: 3 });
    const [now = ""] = await file(test, company, [[fox, "900"]], amend);
    const dates = "select status, disputed_at from omla.usage_reports where id = $1";
    const [[was], [is]] = [await test.rows(dates, [old]), await test.rows(dates, [now])];
    expect(was).toMatchObject({ status: "superseded" });
    expect(is).toEqual({ status: "disputed", disputed_at: was?.["disputed_at"] });
    expect(await test.ctx.db.service((tx) => releaseLine(tx, hold))).toEqual([now]);
    expect(await test.ctx.db.service((tx) => releaseLine(tx, hold))).toEqual([]);
    expect(await statusOf(test, now)).toBe("submitted");
    const actions = await test.rows(
      "select action from omla.audit_log where entity = 'usage_report' and entity_id = any ($1) order by seq",
      [[old, now]],
    );
    expect(actions.map(({ action }) => action)).toEqual(["line.hold", "line.hold", "line.release"]);
  });

  it("of one of two cases stays when the other is closed", async () => {
    const company = await registerCompany(test);
    const [line = ""] = await file(test, company, [[fox, "1000"]]);
    const [one, two] = [randomUUID(), randomUUID()];
    for (const caseId of [one, two]) {
      await test.ctx.db.service((tx) => holdLine(tx, { reportId: line, reason: "dispute", caseId, actor: "a" }));
    }
    await test.ctx.db.service((tx) => releaseLine(tx, { reason: "dispute", caseId: one, actor: "a" }));
    expect(await statusOf(test, line)).toBe("disputed");
  });

  it("is not put on a line that is not there", async () => {
    const hold = { reportId: randomUUID(), reason: "audit", caseId: randomUUID(), actor: "a" } as const;
    await expect(test.ctx.db.service((tx) => holdLine(tx, hold))).rejects.toMatchObject({ constraint: "line_holds_report_id_fkey" });
  });

  it("is not carried by credits: a disputed line waits for money that names it", async () => {
    const company = await registerCompany(test);
    const [line = ""] = await file(test, company, [[fox, "1000"]], { quarter: "2026-Q1" });
    await test.ctx.db.service((tx) => holdLine(tx, { reportId: line, reason: "dispute", caseId: randomUUID(), actor: "a" }));
    await receive(test, company, "5", { reportIds: [] });
    await file(test, company, [[owl, "10"]]);
    expect(await moneyOf(test, company)).toMatchObject({ unapplied: -2_000_000n });
    expect(await paidOf(line)).toBe("0");
  });
});

describe("a line that is rejected", () => {
  it("is owed no more, and its money is a credit", async () => {
    const company = await registerCompany(test);
    const [foxLine = "", owlLine = ""] = await file(test, company, [
      [fox, "1000"],
      [owl, "1000"],
    ]);
    await receive(test, company, "400", { reportIds: [foxLine, owlLine] });
    await test.ctx.db.service((tx) => rejectLine(tx, foxLine, "board-member"));
    expect(await moneyOf(test, company, [foxLine, owlLine])).toEqual({ unapplied: -100_000_000n, "accrued 1": -300_000_000n });
    expect([await statusOf(test, foxLine), await statusOf(test, owlLine)]).toEqual(["rejected", "funded"]);
  });
});
