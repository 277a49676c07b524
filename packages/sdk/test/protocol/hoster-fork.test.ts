import fc from "fast-check";
import { describe, expect, it } from "vitest";
import vectors from "../../../../vectors/hoster-fork.json" with { type: "json" };
import { type HosterClaim, resolveHosterFork } from "../../src/protocol/hoster-fork.ts";
import { formatDecimal, formatUsd, parseUsd } from "../../src/protocol/money.ts";
import { faultOf } from "./fault-of.ts";
import { slowHosterFork } from "./reference/hoster-fork.ts";

const usd = fc.oneof(fc.bigInt({ min: 0n, max: 20n }), fc.bigInt({ min: 0n, max: 10n ** 15n })).map(formatUsd);
const pct = fc.oneof(
  fc.constantFrom("0", "50", "12.5", "33.333333"),
  fc.bigInt({ min: 0n, max: 50_000_000n }).map((units) => formatDecimal(units, 6)),
);
const claims = fc.uniqueArray(
  fc.record({
    hoster_id: fc.stringMatching(/^[a-f0-9]{1,3}$/),
    verified: fc.boolean(),
    revoked: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    inferences: fc.oneof(fc.constantFrom(0, 1, 1), fc.integer({ min: 0, max: 2 ** 31 })),
    owed_usd: fc.oneof(fc.constant("0.000000"), usd),
  }),
  { selector: ({ hoster_id }) => hoster_id, maxLength: 6 },
);

const claim = (hoster_id: string, inferences: number, change: Partial<HosterClaim> = {}): HosterClaim => ({
  hoster_id,
  verified: true,
  revoked: false,
  inferences,
  ...change,
});
const fork = (royalty_usd: string, hoster_share_pct: string, ...all: HosterClaim[]): ReturnType<typeof resolveHosterFork> =>
  resolveHosterFork({ royalty_usd, hoster_share_pct, claims: all });

describe("the hoster fork", () => {
  it.each(vectors)("$name", ({ royalty_usd, hoster_share_pct, claims: all, expected }) => {
    expect(resolveHosterFork({ royalty_usd, hoster_share_pct, claims: all })).toEqual(expected);
  });

  it("agrees with the paragraph read in fractions", () => {
    fc.assert(
      fc.property(usd, pct, claims, (royalty, share, all) => {
        expect(fork(royalty, share, ...all)).toEqual(slowHosterFork(royalty, share, all));
      }),
    );
  });

  it("conserves the royalty: pools make it whole, and hosters get exactly their pool", () => {
    fc.assert(
      fc.property(usd, pct, claims, (royalty, share, all) => {
        const { hoster_pool_usd, creator_pool_usd, hosters } = fork(royalty, share, ...all);
        expect(parseUsd(hoster_pool_usd) + parseUsd(creator_pool_usd)).toBe(parseUsd(royalty));
        const given = hosters.map(({ amount_usd, owed_settled_usd }) => parseUsd(amount_usd) + parseUsd(owed_settled_usd));
        expect(given.reduce((sum, amount) => sum + amount, 0n)).toBe(parseUsd(hoster_pool_usd));
        const owed = hosters.reduce((sum, { owed_settled_usd }) => sum + parseUsd(owed_settled_usd), 0n);
        expect(owed * 2n <= parseUsd(hoster_pool_usd)).toBe(true);
      }),
    );
  });

  it("does not depend on the order of the claims", () => {
    const shuffled = claims.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(
      fc.property(
        usd,
        pct,
        shuffled,
        (royalty, share, [all, other]) => void expect(fork(royalty, share, ...other)).toEqual(fork(royalty, share, ...all)),
      ),
    );
  });

  it("at 0 percent is none, and at 50 takes half, rounded down", () => {
    expect(fork("10", "0", claim("a", 5))).toMatchObject({ hoster_pool_usd: "0.000000", creator_pool_usd: "10.000000", hosters: [] });
    expect(fork("0.000003", "50.000000", claim("a", 5))).toMatchObject({ hoster_pool_usd: "0.000001", creator_pool_usd: "0.000002" });
  });

  it("rolls back to the creators where nobody verified reported volume", () => {
    for (const all of [[], [claim("a", 0)], [claim("a", 5, { verified: false })], [claim("a", 5, { revoked: true })]]) {
      expect(fork("10", "20", ...all)).toMatchObject({ hoster_pool_usd: "0.000000", creator_pool_usd: "10.000000", hosters: [] });
    }
  });

  it("gives equal volumes equal parts, a micro left over to the lowest id", () => {
    // 50 % of 0.000010 is 5 micros over three
    expect(
      fork("0.000010", "50", claim("c", 7), claim("a", 7), claim("b", 7)).hosters.map(({ hoster_id, amount_usd }) => [
        hoster_id,
        amount_usd,
      ]),
    ).toEqual([
      ["a", "0.000002"],
      ["b", "0.000002"],
      ["c", "0.000001"],
    ]);
  });

  it("pays what is owed in full where it is at most half of the pool", () => {
    // Pool 5; half is 2.5 and so is the owed
    const owed = fork("10", "50", claim("a", 1), claim("b", 0, { owed_usd: "2.5" }));
    expect(owed.hosters).toEqual([
      { hoster_id: "a", amount_usd: "2.500000", owed_settled_usd: "0.000000" },
      { hoster_id: "b", amount_usd: "0.000000", owed_settled_usd: "2.500000" },
    ]);
  });

  it("lets a revoked claim stand beside a fresh one of the same hoster", () => {
    const all = [claim("a", 9, { revoked: true, owed_usd: "1" }), claim("A", 3)];
    expect(fork("10", "50", ...all).hosters).toEqual([{ hoster_id: "A", amount_usd: "5.000000", owed_settled_usd: "0.000000" }]);
  });
});

describe("bad input", () => {
  it.each([
    [{ royalty_usd: "-1" }, "AMOUNT_INVALID", "royalty_usd"],
    [{ hoster_share_pct: "50.000001" }, "HOSTER_SHARE_RANGE", "hoster_share_pct"],
    [{ hoster_share_pct: "0.0000001" }, "HOSTER_SHARE_RANGE", "hoster_share_pct"],
    [{ claims: [claim("a", 1), claim("b", -1)] }, "COUNT_INVALID", "claims[1].inferences"],
    [{ claims: [claim("a", 1.5)] }, "COUNT_INVALID", "claims[0].inferences"],
    [{ claims: [claim("a", 2 ** 53)] }, "COUNT_INVALID", "claims[0].inferences"],
    [{ claims: [claim("a", "7" as never)] }, "COUNT_INVALID", "claims[0].inferences"],
    [{ claims: [claim("a", 1, { owed_usd: "x" })] }, "AMOUNT_INVALID", "claims[0].owed_usd"],
    [{ claims: [claim("a", 1), claim("A", 2)] }, "CLAIM_DUPLICATE", "claims[1].hoster_id"],
  ])("%j is %s at %s", (change, code, path) => {
    expect(faultOf(() => resolveHosterFork({ royalty_usd: "1", hoster_share_pct: "10", claims: [], ...change }))).toMatchObject({
      code,
      path,
    });
  });
});
