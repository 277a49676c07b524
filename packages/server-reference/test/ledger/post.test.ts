import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Tx } from "../../src/db/database.ts";
import { accounts } from "../../src/ledger/accounts.ts";
import { balanceOf, balances, balancesOf } from "../../src/ledger/balances.ts";
import { type Entry, post } from "../../src/ledger/post.ts";
import { refusal } from "../db/arrange.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const usd = (account: Entry["account"], amount: bigint): Entry => ({ account, currency: "USD", amount });
const service = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => database.db.service(work);

describe("a posting", () => {
  it("moves the balances of its accounts, per currency", async () => {
    const company = randomUUID();
    const receivable = accounts.receivable(company);
    const unapplied = accounts.unapplied(company);
    await service((tx) => post(tx, { kind: "test.move", ref: company, live: true, entries: [usd(receivable, 5n), usd(unapplied, -5n)] }));
    expect(await service((tx) => balanceOf(tx, receivable))).toBe(5n);
    expect(await service((tx) => balanceOf(tx, receivable, "BTC"))).toBe(0n);
    expect(await service((tx) => balancesOf(tx, [unapplied]))).toEqual([{ account: unapplied, currency: "USD", amount: -5n }]);
    expect(await service((tx) => balances(tx, "receivable:"))).toEqual([{ account: receivable, currency: "USD", amount: 5n }]);
  });

  it("happens once, however often and in whatever order its entries are sent", async () => {
    const ref = randomUUID();
    const [a, b, c] = [accounts.suspense("a"), accounts.suspense("b"), accounts.suspense("c")];
    const entries = [usd(a, 3n), usd(b, -2n), usd(c, -1n)];
    const posting = { kind: "test.once", ref, live: true };
    const first = await service((tx) => post(tx, { ...posting, entries }));
    // The same movement, an account named in two parts.
    const again = [usd(c, -1n), usd(b, -2n), usd(a, 1n), usd(a, 2n)];
    expect(await service((tx) => post(tx, { ...posting, entries: again }))).toBe(first);
    expect(await service((tx) => balanceOf(tx, a))).toBe(3n);
  });

  it("is refused where something else was posted under its kind and ref", async () => {
    const posting = { kind: "test.other", ref: randomUUID(), live: true };
    const [a, b, c] = [accounts.suspense("x"), accounts.suspense("y"), accounts.suspense("z")];
    await service((tx) => post(tx, { ...posting, entries: [usd(a, 1n), usd(b, -1n)] }));
    for (const entries of [
      [usd(a, 2n), usd(b, -2n)],
      [usd(a, 1n), usd(c, -1n)],
      [usd(a, 1n), usd(b, -2n), usd(c, 1n)],
    ]) {
      expect(await refusal(service((tx) => post(tx, { ...posting, entries })))).toMatchObject({
        code: "LEDGER_CONFLICT",
        status: 409,
        details: { kind: posting.kind, ref: posting.ref },
      });
    }
  });

  it.each([
    ["one side only", [usd(accounts.suspense("a"), 1n)], "LEDGER_UNBALANCED"],
    ["one micro too much", [usd(accounts.suspense("a"), 1_000_001n), usd(accounts.suspense("b"), -1_000_000n)], "LEDGER_UNBALANCED"],
    [
      "two currencies that balance only together",
      [usd(accounts.suspense("a"), 1n), { account: accounts.suspense("b"), currency: "BTC", amount: -1n }],
      "LEDGER_UNBALANCED",
    ],
    ["nothing", [], "LEDGER_ENTRY"],
    ["nothing in sum", [usd(accounts.suspense("a"), 1n), usd(accounts.suspense("a"), -1n)], "LEDGER_ENTRY"],
    [
      "an unknown currency",
      [
        { account: accounts.suspense("a"), currency: "XXX", amount: 1n },
        { account: accounts.suspense("b"), currency: "XXX", amount: -1n },
      ],
      "CURRENCY_UNKNOWN",
    ],
    ["an account of no known kind", [usd("gold:a" as Entry["account"], 1n), usd(accounts.suspense("b"), -1n)], "LEDGER_ENTRY"],
    ["an amount of 39 digits", [usd(accounts.suspense("a"), 10n ** 38n), usd(accounts.suspense("b"), -(10n ** 38n))], "AMOUNT_RANGE"],
  ] as const)("of %s is refused, and nothing of it is stored", async (_, entries, code) => {
    const ref = randomUUID();
    const attempt = service((tx) => post(tx, { kind: "test.bad", ref, live: true, entries }));
    expect((await refusal(attempt)).code).toBe(code);
    const { rows } = await service((tx) => tx.query("select 1 from omla.ledger_txns where ref = $1", [ref]));
    expect(rows).toEqual([]);
  });

  it("of a test key, of a broken amount or of a broken reference is refused", async () => {
    const sides = [usd(accounts.suspense("a"), 1n), usd(accounts.suspense("b"), -1n)];
    const live = service((tx) => post(tx, { kind: "test.live", ref: "1", live: false, entries: sides }));
    expect((await refusal(live)).code).toBe("LEDGER_LIVE");
    const ref = service((tx) => post(tx, { kind: "test.live", ref: "a b", live: true, entries: sides }));
    expect((await refusal(ref)).code).toBe("LEDGER_ENTRY");
    const half = service((tx) =>
      tx.query(`select omla.ledger_post('test.half', '1', true, '[{"account": "suspense:a", "currency": "USD", "amount": "0.5"}]')`),
    );
    expect((await refusal(half)).code).toBe("LEDGER_ENTRY");
  });

  it("of two callers at one moment is one", async () => {
    const ref = randomUUID();
    const entries = [usd(accounts.suspense("r"), 1n), usd(accounts.suspense("s"), -1n)];
    const ids = await Promise.all([1, 2, 3].map(() => service((tx) => post(tx, { kind: "test.race", ref, live: true, entries }))));
    expect(new Set(ids).size).toBe(1);
    expect(await service((tx) => balanceOf(tx, accounts.suspense("r")))).toBe(1n);
  });
});

describe("a set of postings", () => {
  const POST = `
    select omla.ledger_post_set(array(
      select row(e.kind, e.ref, e.account, e.currency, e.amount)::omla.ledger_row
        from jsonb_to_recordset($1) as e (kind text, ref text, account text, currency text, amount numeric))) as posted`;
  const row = (ref: string, account: string, amount: string): object => ({ kind: "test.set", ref, account, currency: "USD", amount });

  it("is posted in one statement, and those that were posted before are left alone", async () => {
    const [one, two] = [randomUUID(), randomUUID()];
    const rows = [row(one, "suspense:p", "7"), row(one, "suspense:q", "-7"), row(two, "suspense:p", "1"), row(two, "suspense:q", "-1")];
    const first = await service((tx) => tx.query<{ posted: string }>(POST, [JSON.stringify(rows.slice(0, 2))]));
    expect(first.rows).toEqual([{ posted: "1" }]);
    const second = await service((tx) => tx.query<{ posted: string }>(POST, [JSON.stringify(rows)]));
    expect(second.rows).toEqual([{ posted: "1" }]);
    expect(await service((tx) => balanceOf(tx, accounts.suspense("p")))).toBe(8n);
  });

  it("is refused whole where one of it is not balanced or was posted otherwise", async () => {
    const [one, two] = [randomUUID(), randomUUID()];
    const good = [row(one, "suspense:t", "7"), row(one, "suspense:u", "-7")];
    const bad = service((tx) => tx.query(POST, [JSON.stringify([...good, row(two, "suspense:t", "1")])]));
    expect((await refusal(bad)).code).toBe("LEDGER_UNBALANCED");
    await service((tx) => tx.query(POST, [JSON.stringify(good)]));
    const other = [row(one, "suspense:t", "8"), row(one, "suspense:u", "-8"), row(two, "suspense:t", "1"), row(two, "suspense:u", "-1")];
    expect((await refusal(service((tx) => tx.query(POST, [JSON.stringify(other)])))).code).toBe("LEDGER_CONFLICT");
    expect(await service((tx) => balanceOf(tx, accounts.suspense("t")))).toBe(7n);
  });
});

describe("the ledger", () => {
  it("changes and forgets nothing, whoever asks", async () => {
    await service((tx) =>
      post(tx, { kind: "test.keep", ref: "1", live: true, entries: [usd(accounts.suspense("k"), 1n), usd(accounts.suspense("l"), -1n)] }),
    );
    for (const text of [
      "update omla.ledger_entries set amount = 2 where account = 'suspense:k'",
      "delete from omla.ledger_entries where account = 'suspense:k'",
      "update omla.ledger_txns set ref = '2' where ref = '1'",
      "delete from omla.ledger_txns where ref = '1'",
      "truncate omla.ledger_entries",
      "truncate omla.ledger_txns",
    ]) {
      expect({ text, code: (await refusal(service((tx) => tx.query(text)))).code }).toEqual({ text, code: "FORBIDDEN" });
      expect({ text, code: (await refusal(database.owner((client) => client.query(text)))).code }).toEqual({ text, code: "IMMUTABLE" });
    }
  });

  it("takes no entry beside its functions, and from its owner none that is not balanced", async () => {
    const insert =
      "insert into omla.ledger_entries select id, 9, 'suspense:k', 'USD', 1 from omla.ledger_txns where ref = '1' and kind = 'test.keep'";
    expect((await refusal(service((tx) => tx.query(insert)))).code).toBe("FORBIDDEN");
    expect((await refusal(database.owner((client) => client.query(insert)))).code).toBe("LEDGER_UNBALANCED");
    const orphan =
      "insert into omla.ledger_entries select i, n, 'suspense:k', 'USD', n * 2 - 1 from gen_random_uuid() i, generate_series(0, 1) n";
    expect((await refusal(database.owner((client) => client.query(orphan)))).code).toBe("LEDGER_UNBALANCED");
  });

  it("finds at commit a transaction without entries", async () => {
    const work = database.owner(async (client) => {
      await client.query("begin");
      await client.query("insert into omla.ledger_txns (kind, ref, live) values ('test.empty', '1', true)");
      await client.query("commit");
    });
    expect((await refusal(work)).code).toBe("LEDGER_UNBALANCED");
  });
});
