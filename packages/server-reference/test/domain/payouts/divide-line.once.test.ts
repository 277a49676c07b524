import { createAllocator } from "@omla/sdk/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { debtChange, differenceTo, divideLine, type LineTerms } from "../../../src/domain/payouts/distribute.ts";

const share = (id: string, percent: bigint): { id: string; weight: bigint } => ({ id, weight: percent * 10n ** 16n });
const CREATOR = createAllocator([share("creator", 100n)]);
const claim = (hoster_id: string, wallet: string, inferences: number, verified = true, owed_usd = "0") => ({
  hoster_id,
  wallet,
  verified,
  revoked: false,
  inferences,
  owed_usd,
});

describe("the documentation's examples (doc_examples)", () => {
  const divided = (net: bigint, terms: Partial<LineTerms>): Record<string, bigint> => {
    const { portions } = divideLine(net, { creators: CREATOR, hosterSharePct: "0", claims: [], ...terms });
    return Object.fromEntries(portions.map(({ wallet, amount }) => [wallet, amount]));
  };

  it("divide 70/30 and 40/35/25", () => {
    expect(divided(100_000_000n, { creators: createAllocator([share("a", 70n), share("b", 30n)]) })).toEqual({
      a: 70_000_000n,
      b: 30_000_000n,
    });
    expect(divided(100_000_000n, { creators: createAllocator([share("a", 40n), share("b", 35n), share("c", 25n)]) })).toEqual({
      a: 40_000_000n,
      b: 35_000_000n,
      c: 25_000_000n,
    });
  });

  it("fork nothing at 0 percent, half at 50 percent by volume, and nothing without a verified hoster", () => {
    const claims = [claim("h1", "one", 300), claim("h2", "two", 100)];
    expect(divided(80_000_000n, { claims })).toEqual({ creator: 80_000_000n });
    expect(divided(80_000_000n, { claims, hosterSharePct: "50" })).toEqual({ one: 30_000_000n, two: 10_000_000n, creator: 40_000_000n });
    expect(divided(80_000_000n, { claims: [claim("h1", "one", 300, false)], hosterSharePct: "50" })).toEqual({ creator: 80_000_000n });
  });

  it("settle what is owed to a hoster out of at most half of the pool, before volume counts", () => {
    const { portions, reimbursements } = divideLine(80_000_000n, {
      creators: CREATOR,
      hosterSharePct: "50",
      claims: [claim("h1", "one", 300, true, "100"), claim("h2", "two", 100)],
    });
    // Pool 40: 20 go to what is owed, the other 20 by volume 3 to 1.
    expect(portions).toEqual([
      { wallet: "one", kind: "hoster", amount: 15_000_000n },
      { wallet: "one", kind: "hoster_owed", amount: 20_000_000n },
      { wallet: "two", kind: "hoster", amount: 5_000_000n },
      { wallet: "creator", kind: "creator", amount: 40_000_000n },
    ]);
    expect(reimbursements).toContainEqual({ claimId: "h1", kind: "settled", amount: 20_000_000n });
  });
});

const lines = fc.record({
  net: fc.bigInt({ min: 0n, max: 10n ** 17n }),
  pct: fc.integer({ min: 0, max: 50 }),
  shares: fc.uniqueArray(fc.tuple(fc.stringMatching(/^[0-9a-f]{1,8}$/), fc.bigInt({ min: 1n, max: 10n ** 18n })), {
    minLength: 1,
    maxLength: 6,
    selector: ([id]) => id.toLowerCase(),
  }),
  claims: fc.uniqueArray(fc.tuple(fc.stringMatching(/^[0-9a-f]{1,8}$/), fc.nat(1_000_000), fc.boolean(), fc.nat(10_000)), {
    maxLength: 4,
    selector: ([id]) => id.toLowerCase(),
  }),
});

describe("a line that is divided", () => {
  it("gives away exactly its royalty, whatever its shares and claims (split_conservation)", () => {
    fc.assert(
      fc.property(lines, ({ net, pct, shares, claims }) => {
        const { portions, hosterPool, creatorPool } = divideLine(net, {
          creators: createAllocator(shares.map(([id, weight]) => ({ id, weight }))),
          hosterSharePct: String(pct),
          claims: claims.map(([id, volume, verified, owed]) => claim(id, `w${id}`, volume, verified, String(owed))),
        });
        expect(portions.reduce((sum, { amount }) => sum + amount, 0n)).toBe(net);
        expect(hosterPool + creatorPool).toBe(net);
        expect(portions.every(({ amount }) => amount > 0n)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("moves, once it is amended, only the difference to what it had moved", () => {
    fc.assert(
      fc.property(lines, lines, (first, second) => {
        const divide = ({ net, shares }: typeof first) =>
          divideLine(net, { creators: createAllocator(shares.map(([id, weight]) => ({ id, weight }))), hosterSharePct: "0", claims: [] })
            .portions;
        const [before, after] = [divide(first), divide(second)];
        const moved = differenceTo(before, after);
        const total = new Map(before.map(({ wallet, amount }) => [wallet, amount]));
        for (const { wallet, amount } of moved) total.set(wallet, (total.get(wallet) ?? 0n) + amount);
        expect(new Map([...total].filter(([, amount]) => amount !== 0n))).toEqual(
          new Map(after.map(({ wallet, amount }) => [wallet, amount])),
        );
      }),
    );
  });

  it("change what is owed to a claim by what they accrue less what they settle", () => {
    const rows = [
      { claimId: "h", kind: "accrued", amount: 5n },
      { claimId: "h", kind: "settled", amount: 3n },
      { claimId: "h", kind: "volume", amount: 7n },
      { claimId: "i", kind: "accrued", amount: 11n },
    ] as const;
    expect([debtChange(rows, "h"), debtChange(rows, "i"), debtChange(rows, "j")]).toEqual([2n, 11n, 0n]);
  });
});
