import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Role } from "../../src/db/role.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

async function count(): Promise<unknown> {
  return (await database.db.query("service_role", "select count(*)::int as n from omla.rate_limits")).rows[0]?.["n"];
}
const INSERT = "insert into omla.rate_limits values ($1, 1, omla.now())";

describe("a transaction", () => {
  it("is committed where its work resolves, and gives its result", async () => {
    expect(await database.db.service(async (tx) => (await tx.query(INSERT, ["kept"])).rowCount)).toBe(1);
    expect(await count()).toBe(1);
  });

  it("is rolled back where its work throws, and the connection can be used again", async () => {
    const before = await count();
    const failing = database.db.service(async (tx) => {
      await tx.query(INSERT, ["lost"]);
      throw new RangeError("stop");
    });
    await expect(failing).rejects.toThrow(RangeError);
    const broken = database.db.service(async (tx) => {
      await tx.query(INSERT, ["lost too"]);
      await tx.query("select 1 / 0");
    });
    await expect(broken).rejects.toMatchObject({ code: "22012" });
    expect(await count()).toBe(before);
  });

  it("takes its role, and leaves none behind", async () => {
    const roles = ["anon", "payout", "reviewer", "service_role"] as const;
    for (const role of roles) {
      const { rows } = await database.db.transaction(role, { sub: "x" }, (tx) =>
        tx.query("select current_user, omla_claims from (select current_setting('request.jwt.claims')::jsonb ->> 'role' as omla_claims) c"),
      );
      expect(rows).toEqual([{ current_user: role, omla_claims: role }]);
      expect((await database.db.query("anon", "select current_user")).rows).toEqual([{ current_user: "anon" }]);
    }
  });

  it("hands claims on unchanged, whatever they hold", async () => {
    const claims = { sub: "it's; drop table omla.models; --", nested: { quote: '"', backslash: "\\", line: "\n", astral: "🜨" } };
    const { rows } = await database.db.transaction("authenticated", claims, (tx) =>
      tx.query("select current_setting('request.jwt.claims')::jsonb as claims"),
    );
    expect(rows[0]?.["claims"]).toEqual({ ...claims, role: "authenticated" });
  });

  it("takes no role that is not the server's, whatever the types were made to say", async () => {
    await expect(database.db.transaction("omla_owner" as Role, {}, (tx) => tx.query("select 1"))).rejects.toThrow(TypeError);
    await expect(database.db.query("postgres" as Role, "select 1")).rejects.toThrow(TypeError);
    await expect(database.db.query("anon; set role service_role" as Role, "select 1")).rejects.toThrow(TypeError);
  });

  it("can be read-only, and of a stricter isolation", async () => {
    const writing = database.db.service((tx) => tx.query(INSERT, ["never"]), { readOnly: true });
    await expect(writing).rejects.toMatchObject({ code: "25006" });
    const { rows } = await database.db.service((tx) => tx.query("show transaction_isolation"), { isolation: "serializable" });
    expect(rows).toEqual([{ transaction_isolation: "serializable" }]);
  });

  it("refuses a query beside it, which on the embedded database would wait for itself", async () => {
    const beside = database.db.service(async () => database.db.query("anon", "select 1"));
    await expect(beside).rejects.toThrow("a query outside the open transaction");
    const nested = database.db.service(async () => database.db.service(async () => 1));
    await expect(nested).rejects.toThrow("a query outside the open transaction");
    expect((await database.db.query("anon", "select 1 as one")).rows).toEqual([{ one: 1 }]);
  });

  it("does not stop what it set off from asking again once it is over", async () => {
    let later: Promise<unknown> = Promise.resolve();
    let over = (): void => undefined;
    const end = new Promise<void>((resolve) => {
      over = resolve;
    });
    await database.db.service(async () => {
      later = end.then(() => database.db.query("anon", "select 1 as one"));
    });
    over();
    expect(await later).toMatchObject({ rows: [{ one: 1 }] });
  });

  it("waits its turn where many are begun at once", async () => {
    const before = Number(await count());
    await Promise.all(Array.from({ length: 30 }, (_, index) => database.db.service((tx) => tx.query(INSERT, [`turn ${index}`]))));
    expect(await count()).toBe(before + 30);
  });
});

describe("values", () => {
  it("that JavaScript would bend come as text, on both databases alike", async () => {
    const { rows } = await database.db.query(
      "anon",
      "select 9007199254740993::int8 as int8, 1.10::numeric as numeric, date '2026-03-31' as date, 7::int4 as int4, true as bool, '{\"a\":1}'::jsonb as jsonb, '\\x0102'::bytea as bytea",
    );
    expect(rows).toEqual([
      { int8: "9007199254740993", numeric: "1.10", date: "2026-03-31", int4: 7, bool: true, jsonb: { a: 1 }, bytea: Buffer.from([1, 2]) },
    ]);
  });

  it("of time are instants", async () => {
    const { rows } = await database.db.query<{ at: Date }>("anon", "select timestamptz '2026-07-01T02:00:00+02' as at");
    expect(rows[0]?.at.toISOString()).toBe("2026-07-01T00:00:00.000Z");
  });

  it("of protocol time print in UTC with whole seconds", async () => {
    const { rows } = await database.db.service((tx) => tx.query("select omla.iso(timestamptz '2026-07-01T02:00:00.9+02') as at"));
    expect(rows).toEqual([{ at: "2026-07-01T00:00:00Z" }]);
  });
});

describe("the clock of SQL", () => {
  it("follows the clock that it was given, in transactions and single queries", async () => {
    let now = new Date("2030-01-02T03:04:05Z");
    const moved = await createTestDatabase({ now: () => now });
    try {
      const read = async (): Promise<unknown> => [
        (await moved.db.service((tx) => tx.query("select omla.iso(omla.now()) as at"))).rows[0]?.["at"],
        (await moved.db.query("service_role", "select omla.iso(omla.now()) as at")).rows[0]?.["at"],
      ];
      expect(await read()).toEqual(["2030-01-02T03:04:05Z", "2030-01-02T03:04:05Z"]);
      now = new Date("2031-01-02T03:04:05Z");
      expect(await read()).toEqual(["2031-01-02T03:04:05Z", "2031-01-02T03:04:05Z"]);
    } finally {
      await moved.close();
    }
  });

  it("is PostgreSQL's own where none was given", async () => {
    const { rows } = await database.db.service((tx) => tx.query("select omla.now() = now() as same"));
    expect(rows).toEqual([{ same: true }]);
  });
});
