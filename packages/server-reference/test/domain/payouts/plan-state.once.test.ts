import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addLine, type DistributedLine, emptyState, linesDigest, type PortionRoute } from "../../../src/domain/payouts/plan-state.ts";
import { addOwed, addToOwed, NOTHING_OWED, startOwed } from "../../../src/domain/payouts/settle.ts";

const DOLLARS: PortionRoute = { currency: "USD", route: "native", fee_pct: "0", feeParts: 0n };
const BITCOIN: PortionRoute = { currency: "BTC", route: "backup_with_fee", fee_pct: "2.5", feeParts: 2_500_000n };

function lineOf(number: number): DistributedLine {
  return {
    report_id: `r${number}`,
    reporter_id: "company",
    part: "distribution",
    terms_sha256: "a".repeat(64),
    division: { hosterPool: 0n, creatorPool: 3n, portions: [], reimbursements: [] },
    claims: undefined,
    portions: [
      { wallet: "b", kind: "creator", amount: 2n, route: DOLLARS },
      { wallet: "a", kind: "hoster", amount: BigInt(number), route: BITCOIN },
    ],
  };
}

describe("what a plan adds up while its lines pass by", () => {
  it("is digested as one text, however many lines there are", () => {
    const state = emptyState();
    const text = createHash("sha256");
    for (let number = 1; number <= 2_000; number += 1) {
      addLine(state, lineOf(number));
      text.update(`r${number} distribution ${"a".repeat(64)}\na hoster ${number} BTC backup_with_fee 2.5\nb creator 2 USD native 0\n`);
    }
    expect(linesDigest(state)).toBe(text.digest("hex"));
    expect([state.lines, state.creatorFlow, state.hosterFlow]).toEqual([2_000, 4_000n, 2_001_000n]);
    expect(state.owed.get("b")?.get("USD")).toMatchObject({ usd: 4_000n, net: 400_000_000_000n, fees: new Map() });
    // 2,001,000 micro-dollars less 2.5 percent, in 10^-14 USD.
    expect(state.owed.get("a")?.get("BTC")).toMatchObject({ usd: 2_001_000n, net: 195_097_500_000_000n });
  });

  it("is, wallet by wallet, what its portions are together", () => {
    const portion = fc.tuple(
      fc.bigInt({ min: -(10n ** 13n), max: 10n ** 13n }),
      fc.constantFrom(0n, 1n, 2_500_000n, 50_000_000n),
      fc.constantFrom("one", "two"),
    );
    fc.assert(
      fc.property(fc.array(portion, { maxLength: 8 }), (portions) => {
        const sum = startOwed();
        for (const [usd, fee, remitter] of portions) addToOwed(sum, usd, fee, remitter);
        const apart = portions.map(([usd, fee, remitter]) => {
          const one = startOwed();
          addToOwed(one, usd, fee, remitter);
          return one;
        });
        const { usd, net, fees } = apart.reduce(addOwed, NOTHING_OWED);
        expect({ usd: sum.usd, net: sum.net, fees: sum.fees }).toEqual({ usd, net, fees });
        expect(sum.net).toBe(sum.usd * 10n ** 8n - [...sum.fees.values()].reduce((all, fee) => all + fee, 0n));
      }),
    );
  });
});
