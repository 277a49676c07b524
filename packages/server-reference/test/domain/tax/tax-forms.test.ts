import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addTaxFormKind, recordTaxForm, setTaxThreshold, taxFormsOf, withdrawTaxForm } from "../../../src/domain/tax/form-service.ts";
import { taxHolds } from "../../../src/domain/tax/hold-service.ts";
import type { TaxFormInput } from "../../../src/domain/tax/schema.ts";
import { type ArrangedModel, randomAddress, register } from "../../db/arrange.ts";
import { movableClock } from "../../helpers/clock.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/database.ts";
import { refused } from "../../helpers/refused.ts";

const BOARD = "board-member-1";
const clock = movableClock();
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ now: () => clock.now() });
});
afterAll(() => database.close());

const W9: Omit<TaxFormInput, "wallet"> = {
  kind: "W-9",
  jurisdiction: "US",
  file_sha256: "a".repeat(64),
  expires_at: null,
  document_ref: "safe 3, folder 17",
};
const W8: typeof W9 = { ...W9, kind: "W-8BEN", jurisdiction: "DE", expires_at: "2026-07-01T00:00:00Z" };

const record = (wallet: string, form: typeof W9): Promise<string> =>
  database.db.service(async (tx) => (await recordTaxForm(tx, { wallet, ...form }, BOARD)).id);
const withdraw = (id: string): Promise<void> => database.db.service((tx) => withdrawTaxForm(tx, id, BOARD, "it was another person's"));

/** What a payout of a thousand dollars is told: paid where undefined. */
async function held({ address }: ArrangedModel, amount_usd = "1000"): Promise<unknown> {
  const holds = await database.db.service((tx) => taxHolds(tx, [{ wallet: address, amount_usd }], clock.now()));
  const hold = holds.get(address);
  return hold && [hold.reason, hold.jurisdiction, hold.form_needed];
}

describe("a tax form", () => {
  it("on file lets amounts above the threshold go, and its withdrawal holds them again", async () => {
    const model = await register(database);
    expect(await held(model)).toEqual(["no_form", null, "W-9 or W-8BEN"]);
    const id = await record(model.address, W9);
    expect(await held(model, "999999999999")).toBeUndefined();
    await withdraw(id);
    expect(await held(model)).toEqual(["form_withdrawn", null, "W-9 or W-8BEN"]);
    expect(await refused(withdraw(id))).toMatchObject({ code: "TAX_FORM_UNKNOWN", status: 404, path: "form_id" });
  });

  it("that expires within the year counts until that instant, and says afterwards where its owner is taxed", async () => {
    const model = await register(database);
    await record(model.address, W8);
    expect(await held(model)).toBeUndefined();
    clock.set("2026-06-30T23:59:59Z");
    expect(await held(model)).toBeUndefined();
    clock.set("2026-07-01T00:00:00Z");
    expect(await held(model)).toEqual(["form_expired", "DE", "W-8BEN"]);
    await record(model.address, { ...W8, file_sha256: "b".repeat(64), expires_at: "2029-01-01T00:00:00Z" });
    expect(await held(model)).toBeUndefined();
  });

  it("takes the place of the one before, which does not come back when it is withdrawn", async () => {
    const model = await register(database);
    const first = await record(model.address, { ...W8, expires_at: "2029-01-01T00:00:00Z" });
    const second = await record(model.address, W9);
    await withdraw(second);
    expect(await held(model)).toEqual(["form_withdrawn", null, "W-9 or W-8BEN"]);
    const forms = await database.db.service((tx) => taxFormsOf(tx, model.address));
    expect(forms.map(({ id, status }) => [id, status]).sort()).toEqual(
      [
        [first, "superseded"],
        [second, "withdrawn"],
      ].sort(),
    );
  });

  it("recorded twice is one row", async () => {
    const model = await register(database);
    const id = await record(model.address, W9);
    expect(await record(model.address, W9)).toBe(id);
    expect(await database.db.service((tx) => taxFormsOf(tx, model.address))).toHaveLength(1);
  });

  it("is seen by nobody but the board, and where it is kept by fewer", async () => {
    const model = await register(database);
    const id = await record(model.address, W9);
    const count = async (role: "reviewer" | "payout", table: string): Promise<number> =>
      (await database.db.query(role, `select 1 from omla.${table} where ${table === "tax_forms" ? "id" : "form_id"} = $1`, [id])).rows
        .length;
    expect(await count("reviewer", "tax_forms")).toBe(1);
    expect(await count("reviewer", "tax_form_private")).toBe(1);
    expect(await count("payout", "tax_forms")).toBe(1);
    expect((await refused(count("payout", "tax_form_private"))).code).toBe("FORBIDDEN");
    for (const role of ["anon", "authenticated"] as const) {
      expect((await refused(database.db.query(role, "select * from omla.tax_forms"))).code).toBe("FORBIDDEN");
    }
    const { rows } = await database.db.service((tx) => tx.query("select detail from omla.audit_details where detail like '%W-9%'"));
    expect(JSON.stringify(rows)).not.toContain("safe 3");
  });

  it.each([
    [{ kind: "W-7" }, "TAX_FORM_KIND", "kind"],
    [{ jurisdiction: "DE" }, "TAX_FORM_JURISDICTION", "jurisdiction"],
    [{ jurisdiction: "us" }, "TAX_FORM_JURISDICTION", "jurisdiction"],
    [{ kind: "W-8BEN", expires_at: "2029-01-01T00:00:00Z" }, "TAX_FORM_JURISDICTION", "jurisdiction"],
    [{ kind: "W-8BEN", jurisdiction: "DE" }, "TAX_FORM_EXPIRY", "expires_at"],
    [{ expires_at: "2026-07-01T00:00:00Z" }, "TAX_FORM_EXPIRY", "expires_at"],
    [{ file_sha256: "A".repeat(64) }, "HASH_INVALID", undefined],
    [{ document_ref: "" }, "FIELD_INVALID", undefined],
  ])("is refused with %j", async (change, code, path) => {
    const model = await register(database);
    const answer = await refused(record(model.address, { ...W9, ...change }));
    expect([answer.code, answer.path]).toEqual([code, path]);
    expect(answer.hint).toBeTruthy();
    expect(await database.db.service((tx) => taxFormsOf(tx, model.address))).toEqual([]);
  });

  it("of an unknown wallet is refused", async () => {
    expect(await refused(record(randomAddress(), W9))).toMatchObject({ code: "WALLET_UNKNOWN", status: 404, path: "wallet" });
  });

  it("may be of a kind that the board adds", async () => {
    const model = await register(database);
    const kind = {
      kind: "NR301",
      description: "Declaration of a Canadian treaty resident",
      for_whom: "foreign",
      must_expire: true,
    } as const;
    await database.db.service((tx) => addTaxFormKind(tx, kind, BOARD));
    await record(model.address, { ...W8, kind: "NR301", jurisdiction: "CA", expires_at: "2029-01-01T00:00:00Z" });
    expect(await held(model)).toBeUndefined();
    expect((await refused(database.db.service((tx) => addTaxFormKind(tx, kind, BOARD)))).code).toBe("ALREADY_EXISTS");
  });
});

describe("a threshold", () => {
  const set = (jurisdiction: string, from_year: number, threshold_usd: string): Promise<void> =>
    database.db.service((tx) => setTaxThreshold(tx, { jurisdiction, from_year, threshold_usd }, BOARD));

  it("is that of the form's jurisdiction and of the year, and the default where there is none", async () => {
    clock.set("2026-07-02T00:00:00Z");
    const model = await register(database);
    await record(model.address, { ...W8, jurisdiction: "FR", expires_at: "2026-07-03T00:00:00Z" });
    clock.set("2026-07-03T00:00:00Z");
    await set("FR", 2026, "50.000001");
    await set("FR", 2027, "70");
    expect(await held(model, "50.000001")).toBeUndefined();
    expect(await held(model, "50.000002")).toEqual(["form_expired", "FR", "W-8BEN"]);
    clock.set("2027-01-01T00:00:00Z");
    expect(await held(model, "70")).toBeUndefined();
    expect(await held(model, "70.000001")).toBeDefined();
    const other = await register(database);
    expect([await held(other, "600"), await held(other, "600.000001")]).toEqual([undefined, ["no_form", null, "W-9 or W-8BEN"]]);
    // A correction of the same year.
    await set("FR", 2027, "80");
    expect(await held(model, "80")).toBeUndefined();
  });

  it.each([
    ["*", 2027, "-1", "AMOUNT_INVALID"],
    ["*", 2027, "0.0000001", "AMOUNT_INVALID"],
    ["Germany", 2027, "1", "TAX_FORM_JURISDICTION"],
    ["DE", 1969, "1", "FIELD_INVALID"],
  ])("%s from %i of %s is refused", async (jurisdiction, year, amount, code) => {
    expect((await refused(set(jurisdiction, year, amount))).code).toBe(code);
  });
});
