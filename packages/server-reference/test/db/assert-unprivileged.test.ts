import { OmlaError } from "@omla/sdk/protocol";
import type { ClientBase } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assertUnprivileged } from "../../src/db/assert-unprivileged.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

/** Arranges as the superuser, asks as the login, and undoes everything. */
async function reasons(arrange: string, login = "omla_app"): Promise<unknown> {
  return database.owner(async (client) => {
    await client.query("begin");
    try {
      await client.query(arrange);
      await client.query(`set session authorization ${login}`);
      return await asked(client);
    } finally {
      await client.query("rollback; set session authorization default; set session authorization postgres");
    }
  });
}

async function asked(client: ClientBase): Promise<unknown> {
  return assertUnprivileged(client).then(
    () => [],
    (error: unknown) => (error instanceof OmlaError && error.code === "DATABASE_PRIVILEGED" ? error.details?.["reasons"] : error),
  );
}

describe("the login of the server", () => {
  it("is taken as the migrations make it", async () => {
    expect(await reasons("select 1")).toEqual([]);
  });

  it.each([
    ["is a superuser", "alter role omla_app superuser", ["is a superuser"]],
    ["has BYPASSRLS", "alter role omla_app bypassrls", ["has BYPASSRLS"]],
    ["owns a table", "alter table omla.models owner to omla_app", ["owns omla.models"]],
    ["owns a schema", "create schema mine authorization omla_app", ["owns mine"]],
    [
      "owns a function",
      "create function public.mine() returns int language sql as 'select 1'; alter function public.mine() owner to omla_app",
      ["owns mine"],
    ],
    ["can become the owner", "grant omla_owner to omla_app", ["is a member of omla_owner"]],
    ["can become a superuser through another role", "create role mighty superuser; grant mighty to payout", ["is a member of mighty"]],
    ["can make roles", "alter role reviewer createrole", ["is a member of reviewer"]],
    ["has a member role with BYPASSRLS", "alter role reviewer bypassrls", ["is a member of reviewer"]],
  ])("is refused where it %s", async (_name, arrange, expected) => {
    const found = (await reasons(arrange)) as string[];
    for (const reason of expected) expect(found.join("; ")).toContain(reason);
    expect(found.length).toBeGreaterThan(0);
  });

  it("may reach a service_role with BYPASSRLS, which hosted PostgreSQL gives it", async () => {
    expect(await reasons("alter role service_role bypassrls")).toEqual([]);
  });

  it("is refused where it is the superuser itself", async () => {
    expect(await reasons("select 1", "postgres")).toContain("is a superuser");
  });
});
