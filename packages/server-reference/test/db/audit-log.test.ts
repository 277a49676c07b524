import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { refusal, register } from "./arrange.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  for (let row = 0; row < 3; row += 1) await register(database);
});
afterAll(() => database.close());

async function append(action: string): Promise<string> {
  const { rows } = await database.db.service((tx) =>
    tx.query<{ seq: string }>(
      "select omla.audit_append('system', $1, 'test', '1', '{\"before\": null, \"after\": \"person@example.org\"}') as seq",
      [action],
    ),
  );
  return rows[0]?.seq ?? "";
}

async function verify(): Promise<Record<string, unknown> | undefined> {
  return (await database.db.service((tx) => tx.query("select row_count, bad_seq, head_hash from omla.audit_verify()"))).rows[0];
}

describe("the audit log", () => {
  it("numbers its rows without a gap, also where a transaction fails or several write at once", async () => {
    const before = Number((await verify())?.["row_count"]);
    const failing = database.db.service(async (tx) => {
      await tx.query("select omla.audit_append('system', 'test.lost', 'test', '1')");
      throw new Error("rolled back");
    });
    await expect(failing).rejects.toThrow("rolled back");
    const sequences = await Promise.all(Array.from({ length: 8 }, async () => Number(await append("test.at_once"))));
    expect(sequences.sort((a, b) => a - b)).toEqual(Array.from({ length: 8 }, (_, index) => before + 1 + index));
    expect(await verify()).toMatchObject({ row_count: String(before + 8), bad_seq: null });
  });

  it.each([
    "update omla.audit_log set actor = 'me'",
    "delete from omla.audit_log",
    "truncate omla.audit_log cascade",
    "delete from omla.audit_details",
    "truncate omla.audit_details",
    "update omla.audit_details set detail = 'x'",
  ])("refuses even its owner: %s", async (text) => {
    expect((await refusal(database.owner((client) => client.query(text)))).code).toBe("IMMUTABLE");
  });

  it("shows which row somebody changed who took the guard away", async () => {
    const seq = await append("test.tampered");
    const later = await append("test.later");
    for (const [column, value] of [
      ["actor", "'somebody'"],
      ["entity_id", "'2'"],
      ["at", "at + interval '1 second'"],
      ["detail_sha256", "'\\x00'"],
      ["prev_hash", "'\\x00'"],
    ]) {
      const original = await tamper(`update omla.audit_log set ${column} = ${value} where seq = ${seq}`);
      expect(await verify()).toMatchObject({ bad_seq: seq });
      await tamper(
        `update omla.audit_log l set ${column} = o.${column} from jsonb_populate_record(null::omla.audit_log, '${original}') o where l.seq = ${seq}`,
      );
    }
    await tamper(`update omla.audit_details set detail = '{}' where seq = ${seq}`);
    expect(await verify()).toMatchObject({ bad_seq: seq });
    await tamper(`update omla.audit_details set detail = '{"after": "person@example.org", "before": null}' where seq = ${seq}`);
    expect(await verify()).toMatchObject({ bad_seq: null });
    await tamper(`delete from omla.audit_details where seq = ${seq}; delete from omla.audit_log where seq = ${seq}`);
    expect(await verify()).toMatchObject({ bad_seq: later });
  });

  /** Changes a row with the triggers off, as only an owner can. @returns the row of before */
  async function tamper(text: string): Promise<string> {
    return database.owner(async (client) => {
      const seq = /seq = (\d+)/.exec(text)?.[1];
      const { rows } = await client.query<{ row: string }>("select to_jsonb(l)::text as row from omla.audit_log l where seq = $1", [seq]);
      await client.query(`begin; alter table omla.audit_log disable trigger user; alter table omla.audit_details disable trigger user; ${text};
        alter table omla.audit_log enable trigger user; alter table omla.audit_details enable trigger user; commit`);
      return rows[0]?.row ?? "";
    });
  }
});

describe("redaction", () => {
  it("erases a detail for good, is itself audited, and leaves the chain whole", async () => {
    const fresh = await createTestDatabase();
    try {
      const seq = await fresh.db.service(
        async (tx) =>
          (
            await tx.query<{ seq: string }>(
              "select omla.audit_append('system', 'test.personal', 'test', '7', '{\"after\": \"person@example.org\"}') as seq",
            )
          ).rows[0]?.seq,
      );
      const show = (): Promise<unknown> =>
        fresh.db.transaction(
          "reviewer",
          {},
          async (tx) => (await tx.query("select after_state from public.audit_log where id = $1", [seq])).rows,
        );
      expect(await show()).toEqual([{ after_state: "person@example.org" }]);
      await fresh.db.transaction("reviewer", {}, (tx) => tx.query("select omla.audit_redact($1, 'board:1', 'erasure asked for')", [seq]));
      expect(await show()).toEqual([{ after_state: null }]);
      const { rows } = await fresh.owner((client) =>
        client.query("select count(*)::int as n from omla.audit_details where detail like '%person@%' or salt is not null and seq = $1", [
          seq,
        ]),
      );
      expect(rows).toEqual([{ n: 0 }]);
      expect((await fresh.db.service((tx) => tx.query("select row_count, bad_seq from omla.audit_verify()"))).rows).toEqual([
        { row_count: "2", bad_seq: null },
      ]);
      const again = fresh.db.transaction("reviewer", {}, (tx) => tx.query("select omla.audit_redact($1, 'board:1', 'again')", [seq]));
      expect((await refusal(again)).code).toBe("NOT_FOUND");
    } finally {
      await fresh.close();
    }
  });

  it("does not take an e-mail address or a line break as an actor's name", async () => {
    const line = database.db.service((tx) => tx.query("select omla.audit_append(E'a\\nb', 'test.x', 'test', '1')"));
    expect((await refusal(line)).code).toBe("FIELD_INVALID");
  });
});
