import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { csvLine } from "../../../src/domain/tax/csv.ts";
import { recordTaxForm } from "../../../src/domain/tax/form-service.ts";
import type { TaxTotal } from "../../../src/domain/tax/totals-repository.ts";
import { taxCsv, taxTotals } from "../../../src/domain/tax/totals-service.ts";
import { type ArrangedModel, register } from "../../db/arrange.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/database.ts";
import { arrangeTransfer, type TransferDraft } from "./arrange-transfers.ts";

const NOW = new Date("2027-01-15T00:00:00Z");
let database: TestDatabase;
let plain: ArrangedModel;
let tricky: ArrangedModel;
let gone: ArrangedModel;
beforeAll(async () => {
  database = await createTestDatabase({ now: () => NOW });
  plain = await register(database, { name: "Plain" });
  tricky = await register(database, { name: '=HYPERLINK("http://evil.example","x")' });
  gone = await register(database, { name: "Gone" });
  const wallet = tricky.address;
  const form = { wallet, kind: "W-9", jurisdiction: "US", file_sha256: "c".repeat(64), expires_at: null, document_ref: "+1 234" };
  await database.db.service((tx) => recordTaxForm(tx, form, "board-member-1"));
  await paid(plain, "0.100001", "2026-01-01T00:00:00Z");
  await paid(plain, "0.2", "2026-12-31T23:59:59.999Z");
  await paid(plain, "5", "2025-12-31T23:59:59.999Z");
  await paid(plain, "7", "2027-01-01T00:00:00Z");
  await paid(plain, "9", "2026-05-01T00:00:00Z", { state: "reversed", returnedUsd: "9" });
  await paid(plain, "9", null, { state: "sent", sentAt: "2026-05-01T00:00:00Z" });
  await paid(plain, "9", null, { state: "failed", sentAt: "2026-05-01T00:00:00Z" });
  await paid(gone, "5", "2026-05-01T00:00:00Z", { state: "reversed", returnedUsd: "5" });
  await paid(plain, "3", "2026-06-01T00:00:00Z", { returnedUsd: "1.5" });
  await paid(tricky, "600.000001", "2026-05-01T00:00:00Z");
});
afterAll(() => database.close());

async function paid({ address }: ArrangedModel, usd: string, completedAt: string | null, rest: Partial<TransferDraft> = {}): Promise<void> {
  await arrangeTransfer(database, { wallet: address, usd, completedAt, ...rest });
}

const totals = (year: number): Promise<TaxTotal[]> => database.db.service((tx) => taxTotals(tx, year, NOW));

describe("the totals of a year", () => {
  it("add up what was completed in that year in UTC, to the micro, wallet by wallet", async () => {
    const rows = await totals(2026);
    const found = rows.map(({ wallet, payment_count, paid_usd, form_kind, form_status, above_threshold }) => [
      wallet,
      payment_count,
      paid_usd,
      form_kind,
      form_status,
      above_threshold,
    ]);
    // 0.100001 + 0.2 + 3 − 1.5; what went back wholly is no payment.
    expect(found.sort()).toEqual(
      [
        [plain.address, "3", "1.800001", null, "none", "no"],
        [tricky.address, "1", "600.000001", "W-9", "on_file", "yes"],
      ].sort(),
    );
    expect((await totals(2025)).map(({ paid_usd }) => paid_usd)).toEqual(["5.000000"]);
    expect(await totals(2024)).toEqual([]);
  });

  it("leave as CSV in which no cell is a formula", async () => {
    const lines = [...taxCsv(2026, await totals(2026))];
    const line = lines.find((candidate) => candidate.includes(tricky.address));
    expect(lines[0]).toMatch(/^"year","wallet","model_id","model_name",.*\r\n$/);
    expect(line).toContain(`"'=HYPERLINK(""http://evil.example"",""x"")"`);
    expect(line).toContain(`"'+1 234"`);
    expect(line).toContain(`"600.000001"`);
  });
});

describe("a line of CSV", () => {
  it.each([
    ["=1+1", `"'=1+1"`],
    ["+1", `"'+1"`],
    ["-1", `"'-1"`],
    ["@SUM(A1)", `"'@SUM(A1)"`],
    ["\t=1", `"'\t=1"`],
    [" =1", `"' =1"`],
    ["\r=1", `"'\r=1"`],
    ["\ttext", `"'\ttext"`],
    ["\rtext", `"'\rtext"`],
    ['a "quoted", text', `"a ""quoted"", text"`],
    ["two\nlines", `"two\nlines"`],
    ["600.000001", `"600.000001"`],
  ])("writes %j as %s", (cell, expected) => {
    expect(csvLine([cell, "x"])).toBe(`${expected},"x"\r\n`);
  });
});
