import type { ClientBase } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { examine } from "../../../src/domain/health/examination.ts";
import { reconcileLedgerJob } from "../../../src/jobs/reconcile-ledger.ts";
import { createStage, PAYOUT_DAY, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await createStage();
  await stage.report(
    new Map([
      [await stage.model(), "100.00"],
      [await stage.model(), "200.05"],
    ]),
  );
  await stage.pay("100.00");
  stage.clock.set(PAYOUT_DAY);
  await stage.payout();
});
afterAll(() => stage.close());

const TABLES = ["distributions", "ledger_entries", "ledger_txns", "payments", "payout_lines", "payout_positions", "transfers"];

/** What somebody writes who goes past every guard. */
async function pastTheGuards(statement: string): Promise<void> {
  const guards = (state: string): string => TABLES.map((name) => `alter table omla.${name} ${state} trigger user;`).join("");
  await stage.database.owner((client: ClientBase) => client.query(`${guards("disable")} ${statement}; ${guards("enable")}`));
}

const add = (table: string, column: string, by: string): readonly [string, string] => {
  const change = (sign: string): string =>
    `update omla.${table} set ${column} = ${column} ${sign} ${by} where ${column} = (select max(${column}) from omla.${table})`;
  return [change("+"), change("-")];
};
/** A micro-dollar from one account of a posting to another of its kind: the posting sums to zero as before. */
const shift = (kind: string): readonly [string, string] => {
  const change = (sign: number): string =>
    `with e as (select e.txn_id, e.position, row_number() over (order by e.account) as n from omla.ledger_entries e
                  join omla.ledger_txns t on t.id = e.txn_id where t.kind = 'payout.lines' and starts_with(e.account, '${kind}:'))
     update omla.ledger_entries l set amount = l.amount + case e.n when 1 then ${sign} else ${-sign} end
       from e where e.n <= 2 and l.txn_id = e.txn_id and l.position = e.position`;
  return [change(1), change(-1)];
};
const ID = "00000000-0000-4000-8000-0000000000aa";
/** A posting of its own, that sums to zero. */
const post = (account: string): readonly [string, string] => [
  `insert into omla.ledger_txns (id, kind, ref, live) values ('${ID}', 'test.injected', '1', true);
   insert into omla.ledger_entries select '${ID}', 0, 'payable:' || w.address, 'USD', 1 from omla.wallets w order by w.id limit 1;
   insert into omla.ledger_entries select '${ID}', 1, ${account}, 'USD', -1 from omla.wallets w order by w.id limit 1`,
  `delete from omla.ledger_entries where txn_id = '${ID}'; delete from omla.ledger_txns where id = '${ID}'`,
];
const swapWallets = `update omla.distributions d set wallet_id = (select w.id from omla.wallets w where w.id <> d.wallet_id)
                      where d.amount = (select max(amount) from omla.distributions)`;

/** What is written, how it is undone, and the check that finds it. */
const WALLET = "what postings, plans and payments say of a wallet is what was distributed to it";
const CASES: Readonly<Record<string, readonly [statement: string, undo: string, check: string]>> = {
  "a distribution": [...add("distributions", "amount", "1"), WALLET],
  "a distribution to somebody else": [swapWallets, swapWallets, WALLET],
  "a distribution in no currency": [
    "update omla.distributions set currency = 'NONE'",
    "update omla.distributions set currency = 'USD'",
    "what was distributed names a line, a run, a wallet and a currency that are there",
  ],
  "what a line moved": [...add("payout_lines", "flow", "1"), "what a line moved is posted"],
  "a payment": [...add("payments", "amount_usd", "0.000001"), WALLET],
  "a payment twice": [
    `insert into omla.payments (id, model_id, wallet_id, report_id, quarter, amount_usd, status, kind)
     select '${ID}', model_id, wallet_id, report_id, quarter, amount_usd, 'held', kind from omla.payments limit 1`,
    `delete from omla.payments where id = '${ID}'`,
    WALLET,
  ],
  "a plan": [
    "update omla.payout_positions set distributed_usd = distributed_usd + 1, rest_usd = rest_usd + 1",
    "update omla.payout_positions set distributed_usd = distributed_usd - 1, rest_usd = rest_usd - 1",
    WALLET,
  ],
  "a posting from wallet to wallet": [...shift("payable"), WALLET],
  "a posting from line to line": [...shift("accrued"), "what a line moved is posted"],
  "what is held": [...post("'held:tax:' || w.address"), "what is held from wallets is what the last plan holds"],
  "what is in transit": [
    ...post("'in_transit:' || (select min(t.id) from omla.transfers t)"),
    "what is in transit are the transfers whose outcome is open",
  ],
  "an order": [...add("transfers", "amount", "1"), "what was ordered of a rail is posted"],
  "what a wallet gave for an order": [...add("transfers", "fx_usd", "1"), "what was ordered of a rail is posted"],
};

const ledgerFinding = async (): Promise<object | undefined> => (await examine(stage.ctx)).find(({ what }) => what === "ledger");

describe("one micro-dollar that nobody owes", () => {
  it.each(Object.entries(CASES))("in %s is found, and told by the doctor", async (_, [statement, undo, check]) => {
    await pastTheGuards(statement);
    try {
      expect(await ledgerFinding()).toMatchObject({ fine: false, detail: expect.stringContaining(check) });
    } finally {
      await pastTheGuards(undo);
    }
    expect(await ledgerFinding()).toMatchObject({ fine: true });
  });

  it("is found every day, before anybody plans a payout", async () => {
    const told: string[] = [];
    const log = { ...stage.ctx.log, error: (_: unknown, text: string) => void told.push(text) };
    const daily = (): Promise<unknown> => reconcileLedgerJob({ ...stage.ctx, log } as typeof stage.ctx);
    expect(await daily()).toEqual({ reconciled: true });
    const [statement, undo] = add("distributions", "amount", "1");
    await pastTheGuards(statement);
    await expect(daily()).rejects.toMatchObject({ code: "LEDGER_MISMATCH" });
    expect(told).toContainEqual(expect.stringContaining(WALLET));
    await pastTheGuards(undo);
  });
});
