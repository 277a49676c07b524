import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatTimestamp, isTimestamp, parseTimestamp } from "../../src/protocol/timestamp.ts";

describe("timestamps", () => {
  it("reads what it writes, to the second", () => {
    const dates = fc.date({ min: new Date("0001-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: true });
    fc.assert(
      fc.property(dates, (date) => {
        const text = formatTimestamp(date);
        expect(parseTimestamp(text).getTime()).toBe(Math.floor(date.getTime() / 1000) * 1000);
      }),
    );
  });

  it("knows the real calendar", () => {
    expect(isTimestamp("2028-02-29T00:00:00Z")).toBe(true);
    expect(isTimestamp("2026-02-29T00:00:00Z")).toBe(false);
    expect(isTimestamp("2100-02-29T00:00:00Z")).toBe(false);
  });

  it.each([
    "2026-13-01T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2026-01-01T24:00:00Z",
    "2026-12-31T23:59:60Z",
    "2026-01-01T00:00:00+00:00",
    "2026-01-01T00:00:00.000Z",
    "2026-01-01 00:00:00Z",
    "2026-01-01T00:00Z",
    "2026-1-1T00:00:00Z",
    "+002026-01-01T00:00:00Z",
    "2026-01-01T00:00:00Z\n",
    "\u0662026-01-01T00:00:00Z",
    "",
  ])("refuses %j with its path", (text) => {
    expect(() => parseTimestamp(text, "issued_at")).toThrow(expect.objectContaining({ code: "TIMESTAMP_INVALID", path: "issued_at" }));
  });

  it("writes no date outside the years 0000 to 9999", () => {
    expect(() => formatTimestamp(new Date(NaN))).toThrow(expect.objectContaining({ code: "TIMESTAMP_INVALID" }));
    expect(() => formatTimestamp(new Date("+010000-01-01T00:00:00Z"))).toThrow(expect.objectContaining({ code: "TIMESTAMP_INVALID" }));
  });
});
