import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addUnits, subtractUnits, takePart, type Units, unitsAt, unitsText } from "../../src/protocol/share-units.ts";

const WHOLE = 10n ** 18n;
const LIMB = 10n ** 12n;
const edge = (bound: bigint): fc.Arbitrary<bigint> =>
  fc.constantFrom(0n, 1n, 999_999n, 1_000_000n, 1_000_001n, bound - 1_000_001n, bound - 1_000_000n, bound - 1n, bound);
const units = fc.oneof(fc.bigInt({ min: 0n, max: WHOLE }), edge(WHOLE), edge(LIMB));
const parts = fc.oneof(fc.bigInt({ min: 0n, max: LIMB }), edge(LIMB));

function split(value: bigint): Units {
  return { high: Number(value / LIMB), low: Number(value % LIMB) };
}

describe("units in two limbs", () => {
  it("take a part like bigint does", () => {
    fc.assert(
      fc.property(units, parts, (value, part) => {
        const { high, low } = split(value);
        const result: Units = { high: 0, low: 0 };
        takePart(high, low, Number(part), result);
        expect(result).toEqual(split((value * part) / LIMB));
      }),
      { numRuns: 2000 },
    );
  });

  it("add, subtract and print like bigint does", () => {
    fc.assert(
      fc.property(units, units, (a, b) => {
        const [larger, smaller] = a > b ? [a, b] : [b, a];
        const { high, low } = split(larger - smaller);
        const column = { highs: [high], lows: [low] };
        addUnits(column, 0, split(smaller));
        expect(unitsText(unitsAt(column, 0))).toBe(String(larger));
        subtractUnits(column, 0, split(smaller));
        expect(unitsText(unitsAt(column, 0))).toBe(String(larger - smaller));
      }),
    );
  });
});
