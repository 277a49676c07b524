import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compareQuarters,
  isQuarter,
  nextQuarter,
  parseQuarter,
  previousQuarter,
  quarterEnd,
  quarterOf,
  quarterStart,
} from "../../src/protocol/quarter.ts";
import { faultOf } from "./fault-of.ts";

const quarters = fc
  .record({ year: fc.integer({ min: 1971, max: 9998 }), quarter: fc.integer({ min: 1, max: 4 }) })
  .map(({ year, quarter }) => `${year}-Q${quarter}`);

describe("a quarter", () => {
  it("is a calendar quarter in UTC that ends where the next begins", () => {
    expect(parseQuarter("2026-Q3")).toEqual({ year: 2026, quarter: 3, text: "2026-Q3" });
    expect(quarterStart("2026-Q3").toISOString()).toBe("2026-07-01T00:00:00.000Z");
    expect(quarterEnd("2026-Q3").toISOString()).toBe("2026-10-01T00:00:00.000Z");
    expect(quarterEnd("2026-Q4").toISOString()).toBe("2027-01-01T00:00:00.000Z");
  });

  it("is found by any of its instants, the first included and the end not", () => {
    fc.assert(
      fc.property(quarters, (quarter) => {
        expect(quarterOf(quarterStart(quarter))).toBe(quarter);
        expect(quarterOf(new Date(quarterEnd(quarter).getTime() - 1))).toBe(quarter);
        expect(quarterOf(quarterEnd(quarter))).toBe(nextQuarter(quarter));
      }),
    );
  });

  it("steps forth and back over the turn of the year", () => {
    expect(nextQuarter("2026-Q4")).toBe("2027-Q1");
    expect(previousQuarter("2026-Q1")).toBe("2025-Q4");
    fc.assert(fc.property(quarters, (quarter) => previousQuarter(nextQuarter(quarter)) === quarter));
  });

  it("is ordered like its first instant", () => {
    fc.assert(
      fc.property(
        quarters,
        quarters,
        (a, b) => Math.sign(compareQuarters(a, b)) === Math.sign(quarterStart(a).getTime() - quarterStart(b).getTime()),
      ),
    );
  });

  it.each([
    "2026-Q0",
    "2026-Q5",
    "2026-q3",
    "26-Q3",
    "2026Q3",
    "2026-Q3 ",
    "2026-Q3\n",
    " 2026-Q3",
    "1969-Q4",
    "10000-Q1",
    "２026-Q1",
    "",
    "2026-03",
  ])("is not %j", (text) => {
    expect(isQuarter(text)).toBe(false);
    expect(faultOf(() => parseQuarter(text, "quarter"))).toMatchObject({ code: "QUARTER_INVALID", path: "quarter" });
  });

  it("is no other type, however it prints", () => {
    for (const value of [null, 20263, ["2026-Q3"], { toString: () => "2026-Q3" }]) {
      expect(isQuarter(value)).toBe(false);
      expect(faultOf(() => parseQuarter(value as never)).code).toBe("QUARTER_INVALID");
    }
  });

  it("ends with the years that four digits can write", () => {
    expect(faultOf(() => nextQuarter("9999-Q4")).code).toBe("QUARTER_INVALID");
    expect(faultOf(() => previousQuarter("1970-Q1")).code).toBe("QUARTER_INVALID");
    expect(faultOf(() => quarterOf(new Date(NaN))).code).toBe("QUARTER_INVALID");
  });
});
