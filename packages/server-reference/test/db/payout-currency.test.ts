import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { type ArrangedModel, mutateIn, refusal, register } from "./arrange.ts";
import { arrangeCompany } from "./arrange-reports.ts";

let database: TestDatabase;
let model: ArrangedModel;
let civitai: string;
let platform: string;
beforeAll(async () => {
  database = await createTestDatabase();
  model = await register(database, {
    prefs: [
      ["USD", false],
      ["BTC", true],
    ],
  });
  civitai = await arrangeCompany(database, "Civitai", "c@example.org");
  platform = await arrangeCompany(database, "Platform", "p@example.org");
  await declare(civitai, ["BUZZ", "USD"], []);
  await declare(platform, ["BUZZ", "CREDITS"], [["BUZZ", "BTC", "30.00"]]);
});
afterAll(() => database.close());

async function declare(
  company: string,
  codes: readonly string[],
  fees: readonly (readonly [from: string, to: string, pct: string])[],
): Promise<void> {
  await database.db.service(async (tx) => {
    await tx.query(
      "insert into omla.remitter_currencies (remitter_kind, remitter_id, position, code) select 'commercial_user', $1, i - 1, c from unnest($2::text[]) with ordinality as u (c, i)",
      [company, codes],
    );
    for (const [from, to, pct] of fees) {
      await tx.query(
        "insert into omla.remitter_conversion_fees (remitter_kind, remitter_id, from_code, to_code, fee_pct) values ('commercial_user', $1, $2, $3, $4)",
        [company, from, to, pct],
      );
    }
  });
}

async function resolve(remitter: string, kind = "commercial_user", target = model.id): Promise<unknown> {
  return (await database.db.query("anon", "select public.resolve_payout_currency($1, $2, $3) as answer", [target, kind, remitter]))
    .rows[0]?.["answer"];
}

describe("resolve_payout_currency", () => {
  it("takes the first preference that the remitter pays natively", async () => {
    expect(await resolve(civitai)).toEqual({ currency: "USD", route: "native", fee_pct: "0" });
  });

  it("falls back to the backup with the fee of the remitter's first currency", async () => {
    expect(await resolve(platform)).toEqual({ currency: "BTC", route: "backup_with_fee", fee_pct: "30" });
  });

  it("takes a remitter that declared nothing to pay the backup directly", async () => {
    expect(await resolve("00000000-0000-4000-8000-000000000000", "hoster")).toEqual({
      currency: "BTC",
      route: "backup_direct",
      fee_pct: "0",
    });
  });

  it("follows the preferences in force", async () => {
    const change = {
      kind: "currency-prefs",
      creator_currency_prefs: [
        { code: "BUZZ", is_backup: false },
        { code: "ETH", is_backup: true },
      ],
    };
    const own = await register(database, { prefs: [["BTC", true]] });
    await mutateIn(database, { model_id: own.id, nonce: 1, change }, own.keys);
    expect(await resolve(civitai, "commercial_user", own.id)).toEqual({ currency: "BUZZ", route: "native", fee_pct: "0" });
  });

  it("refuses what it cannot answer for", async () => {
    const bare = await register(database);
    expect((await refusal(resolve(civitai, "commercial_user", bare.id))).code).toBe("CURRENCY_BACKUP");
    expect((await refusal(resolve(civitai, "bank"))).code).toBe("REMITTER_KIND");
    expect((await refusal(resolve(civitai, "commercial_user", "00000000-0000-4000-8000-000000000000"))).code).toBe("MODEL_NOT_FOUND");
  });

  it("knows no fee above half, and no currency that is not in the registry", async () => {
    expect((await refusal(declare(civitai, [], [["USD", "BTC", "50.01"]]))).code).toBe("FEE_RANGE");
    expect((await refusal(declare(civitai, ["GOLD"], []))).code).toBe("CURRENCY_UNKNOWN");
  });
});
