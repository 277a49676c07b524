import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allocate, createAllocator } from "../../src/protocol/allocate.ts";
import { faultOf } from "./fault-of.ts";
import { slowAllocate } from "./reference/allocate.ts";

const receivers = fc.uniqueArray(
  fc.record({
    id: fc.stringMatching(/^[a-z0-9]{1,4}$/),
    weight: fc.oneof(fc.bigInt({ min: 0n, max: 9n }), fc.bigInt({ min: 0n, max: 10n ** 18n })),
  }),
  { selector: ({ id }) => id, minLength: 1, maxLength: 9 },
);
const shared = receivers.filter((all) => all.some(({ weight }) => weight > 0n));
const totals = fc.oneof(fc.bigInt({ min: 0n, max: 50n }), fc.bigInt({ min: 0n, max: 10n ** 18n }));

describe("largest remainder", () => {
  it("gives units left over to the largest remainders", () => {
    // 10 over 6, 6, 2: 4.28…, 4.28…, 1.42…; floors 4, 4, 1; the one left over goes to c.
    expect(
      allocate(10n, [
        { id: "a", weight: 6n },
        { id: "b", weight: 6n },
        { id: "c", weight: 2n },
      ]),
    ).toEqual([
      { id: "a", amount: 4n },
      { id: "b", amount: 4n },
      { id: "c", amount: 2n },
    ]);
  });

  it("breaks ties by ascending id, letters of either case alike", () => {
    const weight = 1n;
    expect(
      allocate(2n, [
        { id: "C", weight },
        { id: "b", weight },
        { id: "A", weight },
      ]),
    ).toEqual([
      { id: "A", amount: 1n },
      { id: "b", amount: 1n },
    ]);
  });

  it("leaves out who gets nothing", () => {
    expect(allocate(0n, [{ id: "a", weight: 1n }])).toEqual([]);
    expect(allocate(0n, [])).toEqual([]);
    expect(
      allocate(5n, [
        { id: "a", weight: 0n },
        { id: "b", weight: 3n },
      ]),
    ).toEqual([{ id: "b", amount: 5n }]);
  });

  it("conserves the total, and nobody is off by a whole unit", () => {
    fc.assert(
      fc.property(totals, shared, (total, all) => {
        const sum = all.reduce((whole, { weight }) => whole + weight, 0n);
        const amounts = new Map(allocate(total, all).map(({ id, amount }) => [id, amount]));
        expect([...amounts.values()].reduce((whole, amount) => whole + amount, 0n)).toBe(total);
        for (const { id, weight } of all) {
          const floor = (total * weight) / sum;
          expect([floor, floor + 1n]).toContain(amounts.get(id) ?? 0n);
          if (weight === 0n) expect(amounts.has(id)).toBe(false);
        }
      }),
    );
  });

  it("does not depend on the order of the receivers", () => {
    const shuffled = shared.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(fc.property(totals, shuffled, (total, [all, other]) => void expect(allocate(total, other)).toEqual(allocate(total, all))));
  });

  it("agrees with handing out unit by unit", () => {
    fc.assert(fc.property(totals, shared, (total, all) => void expect(allocate(total, all)).toEqual(slowAllocate(total, all))));
  });

  it("leaves its input alone", () => {
    const all = Object.freeze([Object.freeze({ id: "b", weight: 1n }), Object.freeze({ id: "a", weight: 1n })]);
    expect(allocate(3n, all)).toEqual(allocate(3n, all));
  });
});

describe("an allocator", () => {
  it("divides each of many totals as if it were the first", () => {
    fc.assert(
      fc.property(fc.array(totals, { maxLength: 5 }), shared, (all, receivers) => {
        const divide = createAllocator(receivers);
        for (const total of all) expect(divide(total)).toEqual(slowAllocate(total, receivers));
      }),
    );
  });

  it("refuses its receivers at once, and a total when it comes", () => {
    expect(faultOf(() => createAllocator([{ id: "a", weight: -1n }])).code).toBe("ALLOCATION_INVALID");
    const nobody = createAllocator([]);
    expect(nobody(0n)).toEqual([]);
    expect(faultOf(() => nobody(1n)).code).toBe("ALLOCATION_INVALID");
  });
});

describe("bad input", () => {
  it.each([
    ["a negative total", -1n, [{ id: "a", weight: 1n }]],
    ["a negative weight", 1n, [{ id: "a", weight: -1n }]],
    [
      "an id named twice",
      1n,
      [
        { id: "a", weight: 1n },
        { id: "b", weight: 1n },
        { id: "A", weight: 1n },
      ],
    ],
    ["nobody to receive", 1n, []],
    ["no weight at all", 1n, [{ id: "a", weight: 0n }]],
  ])("%s is refused", (_, total, all) => {
    expect(faultOf(() => allocate(total, all)).code).toBe("ALLOCATION_INVALID");
  });
});
