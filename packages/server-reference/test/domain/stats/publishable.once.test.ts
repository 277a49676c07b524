import { describe, expect, it } from "vitest";
import { publishable } from "../../../src/domain/stats/publishable.ts";
import type { FigureRow } from "../../../src/domain/stats/repository.ts";

const row = (kind: FigureRow["kind"], name: string, members: number, amount = "0"): FigureRow => ({ kind, name, members, amount });

describe("what is published of the figures", () => {
  it("is exact where three or more stand behind it", () => {
    const rows = [
      row("paid", "2026-Q1", 3, "10.5"),
      row("paid", "2026-Q2", 4, "20"),
      row("rail", "stripe", 3, "20"),
      row("rail", "sepa", 3, "10.5"),
    ];
    expect(publishable(rows)).toMatchObject({
      lifetime_paid_usd: "30.500000",
      quarters: [
        { quarter: "2026-Q2", paid_usd: "20.000000", rejected: 0, blacklisted: 0 },
        { quarter: "2026-Q1", paid_usd: "10.500000" },
      ],
      rails: [
        { rail: "stripe", paid_usd: "20.000000" },
        { rail: "sepa", paid_usd: "10.500000" },
      ],
    });
  });

  it("keeps back a quarter of two wallets, also as a difference to the total", () => {
    const { quarters, lifetime_paid_usd } = publishable([row("paid", "2026-Q1", 2, "10"), row("paid", "2026-Q2", 3, "20")]);
    expect(quarters.map(({ paid_usd }) => paid_usd)).toEqual(["20.000000", null]);
    expect(lifetime_paid_usd).toBe("20.000000");
  });

  it("puts small rails together, and takes a larger one with them where that is still too few", () => {
    const rails = (...rows: FigureRow[]): object[] => [...publishable(rows).rails];
    expect(rails(row("rail", "stripe", 9, "90"), row("rail", "sepa", 5, "50"), row("rail", "wise", 1, "7"))).toEqual([
      { rail: "stripe", paid_usd: "90.000000" },
      { rail: "other", paid_usd: "57.000000" },
    ]);
    expect(rails(row("rail", "stripe", 2, "90"), row("rail", "sepa", 2, "50"))).toEqual([]);
    expect(rails(row("rail", "stripe", 4, "90"), row("rail", "sepa", 2, "50"))).toEqual([{ rail: "other", paid_usd: "140.000000" }]);
  });

  it("shows ten rails at most", () => {
    const many = Array.from({ length: 14 }, (_, at) => row("rail", `rail${at}`, 5, String(100 - at)));
    const { rails } = publishable(many);
    expect(rails).toHaveLength(10);
    // 91 + 90 + 89 + 88 + 87
    expect(rails.at(-1)).toEqual({ rail: "other", paid_usd: "445.000000" });
  });

  it("keeps back rejected lines of fewer than three companies, not the public list", () => {
    const rows = [row("rejected", "2026-Q1", 2, "40"), row("rejected", "2026-Q2", 3, "4"), row("blacklisted", "2026-Q2", 1)];
    expect(publishable(rows).quarters).toMatchObject([
      { quarter: "2026-Q2", rejected: 4, blacklisted: 1 },
      { quarter: "2026-Q1", rejected: null, blacklisted: 0 },
    ]);
  });
});
