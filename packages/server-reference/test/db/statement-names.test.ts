import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createStatementNames } from "../../src/db/statement-names.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";

describe("names of statements", () => {
  it("are given to what is asked for twice, and stay", () => {
    const names = createStatementNames();
    expect(names.of("select 1")).toBeUndefined();
    const name = names.of("select 1");
    expect(name).toMatch(/^s_[0-9a-f]{32}$/);
    expect(names.of("select 1")).toBe(name);
    expect(createStatementNames().of("select 1")).toBeUndefined();
  });

  it("run out, so that a stranger's many texts fill no memory", () => {
    const names = createStatementNames();
    const given = new Set<string>();
    for (let at = 0; at < 5_000; at += 1) {
      names.of(`select ${at}`);
      const name = names.of(`select ${at}`);
      if (name !== undefined) given.add(name);
    }
    expect(given.size).toBe(256);
    expect(names.of("select 0")).toBeDefined();
  });
});

describe("a prepared statement", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.close());

  it("is asked under another role as that role may, whoever prepared it", async () => {
    const count = "select count(*)::int as n from omla.commercial_users where company_name <> $1";
    const asked = (role: "service_role" | "anon") =>
      database.db.transaction(role, {}, async (tx) => (await tx.query(count, ["x"])).rows[0]);
    for (let round = 0; round < 3; round += 1) expect(await asked("service_role")).toEqual({ n: 0 });
    await expect(asked("anon")).rejects.toMatchObject({ code: "42501" });
  });

  it("fails once at most after the schema has changed, and is then prepared anew", async () => {
    await database.owner((client) =>
      client.query(
        "create table public.changing (a int); grant select on public.changing to service_role; insert into public.changing values (1)",
      ),
    );
    const ask = async (): Promise<unknown> =>
      database.db.service(async (tx) => (await tx.query("select * from public.changing where a = $1", [1])).rows);
    for (let round = 0; round < 4; round += 1) expect(await ask()).toEqual([{ a: 1 }]);
    await database.owner((client) => client.query("alter table public.changing add column b int default 2"));
    const answers = [];
    for (let round = 0; round < 3; round += 1) answers.push(await ask().catch((error: { code?: string }) => error.code));
    expect(answers.filter((answer) => answer === "0A000").length).toBeLessThanOrEqual(1);
    expect(answers.at(-1)).toEqual([{ a: 1, b: 2 }]);
  });
});
