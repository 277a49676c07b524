import { OmlaError } from "@omla/sdk/protocol";
import { afterAll, describe, expect, it } from "vitest";
import { openAdmin } from "../../src/db/admin.ts";
import { openVectorDatabase, type VectorDatabase } from "../../src/db/vector-database.ts";
import { appUrlOf, createEmptyPostgresDatabase, createPostgresDatabase, databaseKind } from "../helpers/database.ts";

const open: VectorDatabase[] = [];
afterAll(() => Promise.all(open.map((database) => database.close())));

async function openFor(url: string | undefined): Promise<VectorDatabase> {
  const database = await openVectorDatabase({ url });
  open.push(database);
  return database;
}

async function expectFunctions(database: VectorDatabase): Promise<void> {
  expect(await database.ask("select omla.usd_micros($1)::text", ["1.5"])).toBe("1500000");
  await expect(database.ask("select omla.usd_micros($1)", ["-1"])).rejects.toMatchObject({ constraint: "AMOUNT_INVALID" });
  // A refusal does not spoil the questions after it.
  expect(await database.ask("select current_user::text", [])).toBe("service_role");
}

describe("the stored functions, open for vectors", () => {
  it("answer and refuse in a database of their own", async () => {
    await expectFunctions(await openFor(databaseKind === "postgres" ? appUrlOf(await createPostgresDatabase()) : undefined));
  });

  it("are found by the owner's login in an empty PostgreSQL, which stays empty", async () => {
    if (databaseKind === "pglite") return expectFunctions(await openFor(undefined));
    const url = await createEmptyPostgresDatabase();
    const database = await openFor(url);
    await expectFunctions(database);
    await database.close();
    const admin = await openAdmin({ url });
    const { rows } = await admin.run((client) => client.query("select count(*)::int as n from pg_namespace where nspname = 'omla'"));
    await admin.close();
    expect(rows).toEqual([{ n: 0 }]);
  });

  it("are not asked of a database that the server's login finds empty", async () => {
    if (databaseKind === "pglite") return expectFunctions(await openFor(undefined));
    const url = appUrlOf(await createEmptyPostgresDatabase());
    await expect(openVectorDatabase({ url })).rejects.toThrow(OmlaError);
    return expect(openVectorDatabase({ url })).rejects.toMatchObject({ code: "DATABASE_NOT_MIGRATED" });
  });
});
