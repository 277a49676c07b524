import fc from "fast-check";
import { describe, expect, it } from "vitest";
import vectors from "../../../../vectors/payout-currency.json" with { type: "json" };
import { formatUsd, parseUsd } from "../../src/protocol/money.ts";
import { conversionFee, type PayoutCurrencyInput, resolvePayoutCurrency, settleAmount } from "../../src/protocol/payout-currency.ts";
import { faultOf } from "./fault-of.ts";
import { floor, fraction, fromText, minus, ONE, times } from "./reference/fraction.ts";

const code = fc.constantFrom("USD", "EUR", "BUZZ", "BTC", "ETH");
const inputs: fc.Arbitrary<PayoutCurrencyInput> = fc
  .record({
    codes: fc.uniqueArray(code, { minLength: 1 }),
    backup: fc.nat(),
    remitter_currencies: fc.uniqueArray(code),
    remitter_conversion_fees: fc.array(fc.record({ from: code, to: code, fee_pct: fc.constantFrom("0", "1.5", "30.00", "50") })),
  })
  .map(({ codes, backup, ...remitter }) => ({
    creator_currency_prefs: codes.map((of, at) => ({ code: of, is_backup: at === backup % codes.length })),
    ...remitter,
  }));

const prefs = (...codes: string[]): PayoutCurrencyInput["creator_currency_prefs"] =>
  codes.map((text) => ({ code: text.replace("*", ""), is_backup: text.endsWith("*") }));

describe("the payout currency", () => {
  it.each(vectors)("$name", ({ creator_currency_prefs, remitter_currencies, remitter_conversion_fees, expected }) => {
    expect(resolvePayoutCurrency({ creator_currency_prefs, remitter_currencies, remitter_conversion_fees })).toEqual(expected);
  });

  it("is always one that the creator named, native without a fee, and the backup otherwise", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { currency, route, fee_pct } = resolvePayoutCurrency(input);
        const preference = input.creator_currency_prefs.find((of) => of.code === currency);
        if (route === "native") expect([input.remitter_currencies.includes(currency), fee_pct]).toEqual([true, "0"]);
        else
          expect([preference?.is_backup, input.creator_currency_prefs.some((of) => input.remitter_currencies.includes(of.code))]).toEqual([
            true,
            false,
          ]);
        expect(route === "backup_direct").toBe(input.remitter_currencies.length === 0);
      }),
    );
  });

  it("follows the creator's order, not the remitter's", () => {
    expect(
      resolvePayoutCurrency({
        creator_currency_prefs: prefs("USD", "BUZZ", "BTC*"),
        remitter_currencies: ["BUZZ", "USD"],
        remitter_conversion_fees: [],
      }).currency,
    ).toBe("USD");
  });

  it("may be a native backup that is not preferred last", () => {
    expect(
      resolvePayoutCurrency({
        creator_currency_prefs: prefs("BTC*", "USD"),
        remitter_currencies: ["USD", "BTC"],
        remitter_conversion_fees: [],
      }),
    ).toEqual({ currency: "BTC", route: "native", fee_pct: "0" });
  });

  it.each(["0.000000", "2.500000", "50", "50.0", "0.1", "33.333333"])("takes the fee %s", (fee_pct) => {
    const input = {
      creator_currency_prefs: prefs("BTC*"),
      remitter_currencies: ["JPY"],
      remitter_conversion_fees: [{ from: "JPY", to: "BTC", fee_pct }],
    };
    expect(resolvePayoutCurrency(input).fee_pct).toBe(String(Number(fee_pct)));
  });

  it.each(["50.000001", "-1", "0.0000001", "x"])("refuses the fee %s where it counts, by its path", (fee_pct) => {
    const fees = [
      { from: "USD", to: "ETH", fee_pct: "1" },
      { from: "JPY", to: "BTC", fee_pct },
    ];
    const input = { creator_currency_prefs: prefs("BTC*"), remitter_currencies: ["JPY"], remitter_conversion_fees: fees };
    expect(faultOf(() => resolvePayoutCurrency(input))).toMatchObject({ code: "FEE_RANGE", path: "remitter_conversion_fees[1].fee_pct" });
  });

  it.each([[prefs("USD")], [prefs("USD*", "BTC*")], [[]]])(
    "needs exactly one backup where nothing is native: %j",
    (creator_currency_prefs) => {
      const input = { creator_currency_prefs, remitter_currencies: ["JPY"], remitter_conversion_fees: [] };
      expect(faultOf(() => resolvePayoutCurrency(input))).toMatchObject({ code: "CURRENCY_BACKUP", path: "creator_currency_prefs" });
    },
  );
});

describe("the settled amount", () => {
  it("is rounded down to the settled currency's unit", () => {
    // 100 × 0.70 × 0.00001538 = 0.0010766 BTC; 3.5 × 333 BUZZ = 1165.5
    expect(settleAmount({ amount_usd: "100", fee_pct: "30", rate: "0.00001538", scale: 8 })).toBe("0.00107660");
    expect(settleAmount({ amount_usd: "3.5", fee_pct: "0", rate: "333", scale: 0 })).toBe("1165");
    expect(settleAmount({ amount_usd: "0.000001", fee_pct: "50", rate: "1", scale: 6 })).toBe("0.000000");
  });

  it("is the exact product, cut", () => {
    const decimal = (whole: number, places: number): fc.Arbitrary<string> =>
      fc.tuple(fc.nat(whole), fc.nat(10 ** places - 1)).map(([a, b]) => `${a}.${String(b).padStart(places, "0")}`);
    fc.assert(
      fc.property(decimal(1e9, 6), decimal(49, 6), decimal(1e5, 9), fc.constantFrom(0, 6, 8), (amount_usd, fee_pct, rate, scale) => {
        const kept = minus(ONE, times(fromText(fee_pct), fraction(1n, 100n)));
        const exact = times(times(times(fromText(amount_usd), kept), fromText(rate)), fraction(10n ** BigInt(scale)));
        expect(BigInt(settleAmount({ amount_usd, fee_pct, rate, scale }).replace(".", ""))).toBe(floor(exact));
      }),
    );
  });

  it.each([
    [{ amount_usd: "-1" }, "AMOUNT_INVALID", "amount_usd"],
    [{ fee_pct: "51" }, "FEE_RANGE", "fee_pct"],
    [{ rate: "1e-5" }, "DECIMAL_INVALID", "rate"],
  ])("%j is %s", (change, fault, path) => {
    expect(faultOf(() => settleAmount({ amount_usd: "1", fee_pct: "0", rate: "1", scale: 6, ...change }))).toMatchObject({
      code: fault,
      path,
    });
  });
});

describe("the conversion fee", () => {
  it("is what is left when the payee's part is rounded down to a micro-dollar", () => {
    expect(conversionFee("100", "30")).toBe("30.000000");
    expect(conversionFee("100", "0")).toBe("0.000000");
    // 0.000001 × 0.5 = 0.0000005, cut to nothing; 1 × 0.99999999 = 0.99999999, cut to 0.999999.
    expect(conversionFee("0.000001", "50")).toBe("0.000001");
    expect(conversionFee("1", "0.000001")).toBe("0.000001");
  });

  it("and the payee's part in dollars are the whole amount", () => {
    const micros = fc.bigInt({ min: 0n, max: 10n ** 15n });
    const parts = fc.bigInt({ min: 0n, max: 50_000_000n });
    fc.assert(
      fc.property(micros, parts, (amount, fee) => {
        const amount_usd = formatUsd(amount);
        const fee_pct = `${fee / 1_000_000n}.${String(fee % 1_000_000n).padStart(6, "0")}`;
        const kept = settleAmount({ amount_usd, fee_pct, rate: "1", scale: 6 });
        expect(parseUsd(conversionFee(amount_usd, fee_pct)) + parseUsd(kept)).toBe(amount);
      }),
    );
  });

  it.each([
    ["-1", "0", "AMOUNT_INVALID", "amount_usd"],
    ["1", "50.000001", "FEE_RANGE", "fee_pct"],
  ])("of %s at %s percent is refused", (amount, fee, code, path) => {
    expect(faultOf(() => conversionFee(amount, fee))).toMatchObject({ code, path });
  });
});
