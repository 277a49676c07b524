import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { knownConstraints } from "../../src/db/constraint-codes.ts";
import { databaseError } from "../../src/db/errors.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { refusal } from "./arrange.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

describe("every constraint of the schema", () => {
  it("has a code, and every code a constraint", async () => {
    const { rows } = await database.owner((client) =>
      client.query<{ name: string }>(
        `select conname as name from pg_constraint where connamespace = 'omla'::regnamespace and contype in ('c', 'f', 'p', 'u', 'x')
         union
         select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid
          where c.relnamespace = 'omla'::regnamespace and i.indisunique order by 1`,
      ),
    );
    expect(knownConstraints().sort()).toEqual(rows.map(({ name }) => name));
  });

  it("carries its own name in the error of either database", async () => {
    const breach = database.db.service((tx) => tx.query("insert into omla.commercial_users (company_name) values ('')"));
    expect(await refusal(breach)).toMatchObject({
      code: "FIELD_INVALID",
      status: 422,
      details: { rule: "commercial_users_company_name_size" },
    });
    const domain = database.db.service((tx) =>
      tx.query("insert into omla.commercial_users (company_name, reporting_from) values ('A', '2026-Q5')"),
    );
    expect((await refusal(domain)).code).toBe("QUARTER_INVALID");
    const unique = database.db.service(async (tx) => {
      for (let time = 0; time < 2; time += 1) await tx.query("insert into omla.rate_limits values ('a', 1, omla.now())");
    });
    expect(await refusal(unique)).toMatchObject({ code: "ALREADY_EXISTS", status: 409 });
    const foreign = database.db.service((tx) =>
      tx.query("insert into omla.complaints (receipt, model_id, reason) values ('ABCD-0001', gen_random_uuid(), 'OTHER')"),
    );
    expect(await refusal(foreign)).toMatchObject({ code: "MODEL_NOT_FOUND", status: 404 });
  });
});

describe("an error of the database", () => {
  it("of a refusing function becomes its code, path, details and hint", () => {
    const fault = {
      code: "PT409",
      constraint: "HASH_TAKEN",
      message: "HASH_TAKEN: the weights are taken",
      detail: '{"path": "model_hash", "name": "X"}',
      hint: "File a complaint.",
    };
    expect(databaseError(fault)?.toBody("r1")).toEqual({
      code: "HASH_TAKEN",
      message: "the weights are taken",
      details: { path: "model_hash", name: "X" },
      hint: "File a complaint.",
      request_id: "r1",
    });
    expect(databaseError(fault)?.status).toBe(409);
  });

  it.each([
    ["40001", 409, "CONFLICT"],
    ["40P01", 409, "CONFLICT"],
    ["55P03", 503, "BUSY"],
    ["57014", 503, "TIMEOUT"],
    ["42501", 403, "FORBIDDEN"],
    ["22003", 422, "AMOUNT_RANGE"],
    ["22P02", 422, "FIELD_INVALID"],
    ["23502", 422, "FIELD_MISSING"],
  ])("of state %s is answered with %i %s", (code, status, name) => {
    expect(databaseError({ code, message: "relation omla.secret" })).toMatchObject({ status, code: name });
  });

  it("says nothing of SQL or rows to the caller", async () => {
    const error: unknown = await database.db.query("anon", "select * from omla.api_keys").catch((reason: unknown) => reason);
    expect(JSON.stringify(databaseError(error)?.toBody())).not.toMatch(/omla|api_keys|schema|select/i);
  });

  it("that is a fault of ours stays one", () => {
    expect(databaseError({ code: "42703", message: 'column "x" does not exist' })).toBeUndefined();
    expect(databaseError({ code: "23514", constraint: "not_of_this_schema", message: "x" })).toBeUndefined();
    expect(databaseError(new Error("x"))).toBeUndefined();
    expect(databaseError({ code: "ECONNREFUSED", message: "x" })).toBeUndefined();
  });
});
