import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  acknowledgeDrift,
  findRateFaults,
  type NewRate,
  openDriftFlags,
  pinRates,
  type PostedRate,
  postRate,
  reviewSettlements,
} from "../../../src/domain/currencies/rate-service.ts";
import { register } from "../../db/arrange.ts";
import { movableClock } from "../../helpers/clock.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/database.ts";
import { refused } from "../../helpers/refused.ts";
import { arrangeTransfer, type TransferDraft } from "../tax/arrange-transfers.ts";

const clock = movableClock();
let database: TestDatabase;
let wallet: string;
beforeAll(async () => {
  database = await createTestDatabase({ now: () => clock.now() });
  wallet = (await register(database)).address;
});
afterAll(() => database.close());

const post = (rate: NewRate): Promise<PostedRate> => database.db.service((tx) => postRate(tx, rate, "board-member-1"));
const pin = async (codes: string[], now = clock.now()): Promise<unknown[]> =>
  database.db.transaction("payout", {}, async (tx) => [
    Object.fromEntries([...(await pinRates(tx, codes, now))].map(([code, { rate, scale }]) => [code, [rate, scale]])),
    Object.fromEntries(await findRateFaults(tx, codes, now)),
  ]);

async function moved(currency: string, rate: string, state: TransferDraft["state"], sentAt: string | null): Promise<void> {
  await arrangeTransfer(database, { wallet, currency, rate, ...(state && { state }), sentAt });
}

describe("a rate", () => {
  it("is used for 72 hours from when its source said so, to the second", async () => {
    await post({ code: "EUR", rate: "0.920000000000000001", source: "ECB", rateAt: new Date("2026-05-12T12:00:00Z") });
    expect(await pin(["EUR"], new Date("2026-05-15T11:59:59Z"))).toEqual([{ EUR: ["0.920000000000000001", 6] }, {}]);
    expect(await pin(["EUR"], new Date("2026-05-15T12:00:00Z"))).toEqual([{ EUR: ["0.920000000000000001", 6] }, {}]);
    expect(await pin(["EUR"], new Date("2026-05-15T12:00:01Z"))).toEqual([{}, { EUR: "FX_RATE_OLD" }]);
  });

  it("of a dollar is 1 without being posted, and other currencies need one", async () => {
    expect(await pin(["USD", "ETH", "XXX"])).toEqual([{ USD: ["1", 6] }, { ETH: "FX_RATE_MISSING", XXX: "CURRENCY_UNKNOWN" }]);
  });

  it("gives way to the newest by the time of its source, not by the time of its posting", async () => {
    await post({ code: "GBP", rate: "0.8", source: "a bank", rateAt: new Date("2026-05-15T10:00:00Z") });
    await post({ code: "GBP", rate: "0.79", source: "a bank", rateAt: new Date("2026-05-15T09:00:00Z") });
    expect(await pin(["GBP"])).toEqual([{ GBP: ["0.8", 6] }, {}]);
    // What was planned before it was known keeps the older one.
    expect(await pin(["GBP"], new Date("2026-05-15T09:30:00Z"))).toEqual([{ GBP: ["0.79", 6] }, {}]);
  });

  it("posted twice is one row, and another figure for the same moment is refused", async () => {
    const rate = { code: "JPY", rate: "150", source: "a bank", rateAt: new Date("2026-05-15T10:00:00Z") };
    const first = await post(rate);
    expect([first.is_new, await post(rate)]).toEqual([true, { ...first, is_new: false }]);
    expect(await refused(post({ ...rate, rate: "151" }))).toMatchObject({ code: "FX_RATE_EXISTS", status: 409, path: "rate_at" });
  });

  it.each([
    [{ code: "XXX", rate: "1" }, "CURRENCY_UNKNOWN", "code"],
    [{ code: "USD", rate: "1" }, "FX_RATE_BASE", "code"],
    [{ code: "BTC", rate: "0" }, "FX_RATE_RANGE", "rate"],
    [{ code: "BTC", rate: "-1" }, "FX_RATE_RANGE", "rate"],
    [{ code: "BTC", rate: "1e3" }, "FX_RATE_RANGE", "rate"],
    [{ code: "BTC", rate: "0.0000000000000000001" }, "FX_RATE_RANGE", "rate"],
    [{ code: "BTC", rate: "1000000000000" }, "FX_RATE_RANGE", "rate"],
    [{ code: "BTC", rate: "1", rateAt: new Date("2026-05-15T12:00:01Z") }, "FX_RATE_TIME", "rate_at"],
    [{ code: "BTC", rate: "1", source: "" }, "FIELD_INVALID", undefined],
  ])("is refused: %j", async (rate, code, path) => {
    const answer = await refused(post({ source: "a bank", ...rate }));
    expect([answer.code, answer.path]).toEqual([code, path]);
    expect(await pin(["BTC"])).toEqual([{}, { BTC: "FX_RATE_MISSING" }]);
  });

  it("stays as it was posted", async () => {
    const change = database.owner((client) => client.query("set role omla_owner; update omla.fx_rates set rate = 2 where code = 'GBP'"));
    expect((await refused(change)).code).toBe("IMMUTABLE");
  });
});

describe("drift", () => {
  const at = (minute: number): Date => new Date(Date.UTC(2026, 4, 15, 11, minute));
  const flagOf = async (rate: string, minute: number): Promise<boolean> =>
    (await post({ code: "BUZZ", rate, source: "a platform", rateAt: at(minute) })).drift_flag !== null;

  it("of more than 2 percent against the rate before is flagged; exactly 2 percent is not", async () => {
    expect(await flagOf("1000", 0)).toBe(false);
    expect(await flagOf("1020", 1)).toBe(false);
    // 1020 × 1.02 = 1040.4, and one unit more.
    expect(await flagOf("1040.400000000000000001", 2)).toBe(true);
    expect(await flagOf("1040.4", 3)).toBe(false);
    // 1040.4 × 0.98 = 1019.592, and one unit less.
    expect(await flagOf("1019.592", 4)).toBe(false);
    // 1019.592 × 0.98 = 999.20016, and one unit less.
    expect(await flagOf("999.200159999999999999", 5)).toBe(true);
  });

  it("between what a run pinned and the rate when its money moved is flagged, once per run", async () => {
    await post({ code: "ETH", rate: "0.0005", source: "an exchange", rateAt: new Date("2026-05-15T08:00:00Z") });
    await moved("ETH", "0.00051", "sent", "2026-05-15T09:00:00Z");
    await moved("ETH", "0.000510000000000001", "completed", "2026-05-15T09:30:00Z");
    // Not sent yet, too long ago, and in dollars.
    await moved("ETH", "0.9", "planned", null);
    await moved("ETH", "0.9", "sent", "2026-04-15T09:00:00Z");
    await moved("USD", "1", "sent", "2026-05-15T09:00:00Z");
    // 0.0005 and 0.00051 differ by 0.00001, which is 1.96 percent of what was pinned.
    expect(await database.db.service(reviewSettlements)).toBe(0);
    await post({ code: "ETH", rate: "0.000520200000000001", source: "an exchange", rateAt: new Date("2026-05-15T08:30:00Z") });
    // 0.00051 × 1.02 = 0.0005202, and one unit more; 0.000510000000000001 × 1.02 is above that.
    expect(await database.db.service(reviewSettlements)).toBe(1);
    expect(await database.db.service(reviewSettlements)).toBe(0);
  });

  it("stays open until somebody has looked at it", async () => {
    const open = await database.db.service(openDriftFlags);
    expect(open.map(({ code, kind, expected_rate, found_rate }) => [code, kind, expected_rate, found_rate]).sort()).toEqual([
      ["BUZZ", "rate", "1019.592", "999.200159999999999999"],
      ["BUZZ", "rate", "1020", "1040.400000000000000001"],
      ["ETH", "rate", "0.0005", "0.000520200000000001"],
      ["ETH", "settlement", "0.00051", "0.000520200000000001"],
    ]);
    for (const { id } of open) await database.db.service((tx) => acknowledgeDrift(tx, id, "board-member-1", "the market moved"));
    expect(await database.db.service(openDriftFlags)).toEqual([]);
    const again = database.db.service((tx) => acknowledgeDrift(tx, open[0]?.id ?? "", "board-member-1", ""));
    expect(await refused(again)).toMatchObject({ code: "FX_DRIFT_UNKNOWN", status: 404 });
  });
});
