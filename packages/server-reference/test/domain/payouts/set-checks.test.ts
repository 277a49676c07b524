import { randomUUID } from "node:crypto";
import type { ClientBase } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PAYOUT_CHECKS } from "../../../src/domain/payouts/checks.ts";
import { reconcile } from "../../../src/ledger/reconcile.ts";
import { refusal } from "../../db/arrange.ts";
import type { SignedModel } from "../../helpers/factories.ts";
import { createStage, PAYOUT_DAY, type Stage } from "./stage.ts";

let stage: Stage;
let fox: SignedModel;
let owl: SignedModel;
let lines: string[];
beforeAll(async () => {
  stage = await createStage();
  [fox, owl] = [await stage.model(), await stage.model()];
  const ids = await stage.report(
    new Map([
      [fox, "100.00"],
      [owl, "200.00"],
    ]),
  );
  lines = [...ids.values()];
  await stage.pay("90.00");
  stage.clock.set(PAYOUT_DAY);
  await stage.payout();
});
afterAll(() => stage.close());

/** What the owner of the database writes past the grants, in a transaction that is rolled back. */
async function asOwner(...statements: readonly string[]): Promise<void> {
  await stage.database.owner(async (client: ClientBase) => {
    await client.query("begin; set local role omla_owner");
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.query("rollback");
    }
  });
}
const codeOf = async (...statements: readonly string[]): Promise<string> => (await refusal(asOwner(...statements))).code;

const RUN = "00000000-0000-4000-8000-0000000000aa";
const NEW_RUN = `insert into omla.payout_runs (id, quarter, revision, lineage_policy, planned_at) values ('${RUN}', '2026-Q2', 9, 'sequential', omla.now())`;
const NO_CHECK_OF_OLD = "update omla.payout_runs set state = 'closed'";
const lineOf = (run: string, report: string, flow: number): string =>
  `insert into omla.payout_lines (report_id, part, run_id, flow, hoster_pool, creator_pool, terms_sha256)
   values ('${report}', 'correction', '${run}', ${flow}, 0, 0, repeat('a', 64))`;
const shareOf = (run: string, report: string, amount: number, { wallet = "any", currency = "USD" } = {}): string =>
  `insert into omla.distributions (run_id, report_id, wallet_id, kind, amount, currency, route, fee_pct)
   values ('${run}', '${report}', ${wallet === "any" ? "(select id from omla.wallets order by id limit 1)" : `'${wallet}'`}, 'correction', ${amount}, '${currency}', 'native', 0)`;

describe("the lines of a plan", () => {
  it("name a line and a run that are there", async () => {
    const [line = ""] = lines;
    expect(await codeOf(lineOf(randomUUID(), line, 0))).toBe("RUN_UNKNOWN");
    expect(await codeOf(NO_CHECK_OF_OLD, NEW_RUN, lineOf(RUN, randomUUID(), 0))).toBe("REPORT_NOT_FOUND");
  });

  it("give to wallets that are there, in currencies that are there, for a line of the same run", async () => {
    const [line = "", other = ""] = lines;
    const ready = [NO_CHECK_OF_OLD, NEW_RUN, lineOf(RUN, line, -1)];
    expect(await codeOf(...ready, shareOf(RUN, line, -1, { wallet: randomUUID() }))).toBe("WALLET_UNKNOWN");
    expect(await codeOf(...ready, shareOf(RUN, line, -1, { currency: "NONE" }))).toBe("CURRENCY_UNKNOWN");
    expect(await codeOf(...ready, shareOf(RUN, other, -1))).toBe("REPORT_NOT_FOUND");
    expect(await codeOf(...ready, shareOf(RUN, randomUUID(), -1))).toBe("REPORT_NOT_FOUND");
  });

  it("are posted only where each gives what it moves, and moves what was accrued", async () => {
    const [line = ""] = lines;
    const ready = [NO_CHECK_OF_OLD, NEW_RUN, lineOf(RUN, line, -5)];
    const gives = await refusal(asOwner(...ready, shareOf(RUN, line, -4), `select omla.payout_post_lines('${RUN}')`));
    expect(gives).toMatchObject({ code: "PAYOUT_UNBALANCED", details: { account: `accrued:${line}`, amount: "-1" } });
    const rest = await refusal(asOwner(...ready, shareOf(RUN, line, -5), `select omla.payout_post_lines('${RUN}')`));
    expect(rest).toMatchObject({ code: "PAYOUT_UNBALANCED", details: { account: `accrued:${line}`, amount: "-5" } });
  });

  it("stand in one posting of the run: a debit for each line, a credit for each wallet", async () => {
    const entries = await stage.rows(
      `select e.account, e.amount::text from omla.ledger_entries e join omla.ledger_txns t on t.id = e.txn_id
         join omla.payout_runs r on t.ref = r.id::text where t.kind = 'payout.lines' order by e.account`,
    );
    const expected = [
      { account: `accrued:${lines[0]}`, amount: "30000000" },
      { account: `accrued:${lines[1]}`, amount: "60000000" },
      { account: `payable:${fox.address}`, amount: "-30000000" },
      { account: `payable:${owl.address}`, amount: "-60000000" },
    ];
    expect(entries).toEqual(expected.sort((a, b) => (a.account < b.account ? -1 : 1)));
  });
});

describe("what was written past the checks", () => {
  const guards = (state: string): string =>
    ["payout_lines", "distributions"].map((name) => `alter table omla.${name} ${state} trigger user;`).join("");
  async function pastTheChecks(...statements: readonly string[]): Promise<void> {
    await stage.database.owner((client: ClientBase) => client.query([guards("disable"), ...statements, guards("enable")].join(";\n")));
  }

  it("is found by the reconciliation", async () => {
    expect((await reconcile(stage.ctx, PAYOUT_CHECKS)).ok).toBe(true);
    const [run, report] = [randomUUID(), randomUUID()];
    await pastTheChecks(lineOf(run, report, 0), shareOf(RUN, report, 1, { wallet: randomUUID() }));
    const { discrepancies } = await reconcile(stage.ctx, PAYOUT_CHECKS);
    const named = discrepancies.filter(({ account }) => account === `accrued:${report}`).map(({ detail }) => detail);
    expect(named).toEqual(
      expect.arrayContaining([
        "the line is not there",
        "the run is not there",
        "the run did not distribute this line",
        "the wallet is not there",
      ]),
    );
    await pastTheChecks(...["distributions", "payout_lines"].map((name) => `delete from omla.${name} where report_id = '${report}'`));
    expect((await reconcile(stage.ctx, PAYOUT_CHECKS)).ok).toBe(true);
  });
});

describe("what was reported and what was paid", () => {
  /** Another value of the column's type; forms are checked before triggers are asked. */
  const OTHER: Readonly<Record<string, string>> = {
    uuid: "gen_random_uuid()",
    text: "%I || 'x'",
    boolean: "not %I",
    bigint: "%I + 1",
    integer: "%I + 1",
    numeric: "%I + 1",
    "timestamp with time zone": "%I + interval '1 day'",
    "omla.quarter": "'2020-Q1'",
    "omla.sha256_hex": "repeat('9', 64)",
    "omla.usd": "%I + 1",
  };
  const MAY_CHANGE: Readonly<Record<string, readonly string[]>> = {
    usage_reports: ["status", "disputed_at", "funded_at", "paid_at"],
    payments: ["status", "paid_at", "settled_currency", "settled_amount", "fx_rate_used", "rail", "transfer_id", "rail_fee", "held_reason"],
  };

  it.each(["usage_reports", "payments"])("%s keeps every column but those that say what became of it", async (table) => {
    const columns = await stage.rows(
      `select attname as name, format_type(atttypid, null) as type from pg_attribute
        where attrelid = 'omla.${table}'::regclass and attnum > 0 and not attisdropped order by attnum`,
    );
    const frozen: unknown[] = [];
    for (const { name, type } of columns) {
      if (MAY_CHANGE[table]?.includes(String(name))) continue;
      const value = OTHER[String(type)]?.replace("%I", `coalesce(${String(name)}, ${type === "text" ? "''" : "null"})`);
      const { code, details } = await refusal(asOwner(`update omla.${table} set ${String(name)} = ${value}`));
      frozen.push({ name, code, details });
    }
    expect(frozen).toEqual(
      columns
        .map(({ name }) => String(name))
        .filter((name) => !MAY_CHANGE[table]?.includes(name))
        .map((name) => ({ name, code: "IMMUTABLE", details: expect.objectContaining({ column: name }) })),
    );
  });
});
