import { describe, expect, it } from "vitest";
import { playDemo } from "../../src/demo/play-demo.ts";

describe("the demonstration's quarter", { timeout: 120_000 }, () => {
  it("pays, misses, lists and denies exactly as worked out by hand", async () => {
    const lines: string[] = [];
    const { story, verdicts } = await playDemo((line) => lines.push(line));
    const { receipt, publications } = story;

    // Plain entry: 0.3 × max(18400, 5100) = 5520.
    // Pipeline: 0.3 × max(2000, 3000) = 900; × 0.6 = 540 and × 0.2 = 180.
    // Its fees of 90 are allotted 3 : 1, that is 67.50 and 22.50; a tenth of the royalty is the most: 54 and 18.
    expect(
      receipt.lines.map(({ name, royalty_usd, deducted_fees_usd, net_royalty_usd }) => [
        name,
        royalty_usd,
        deducted_fees_usd,
        net_royalty_usd,
      ]),
    ).toEqual([
      ["Landmarks 68 tiny", "5520.000000", "0.000000", "5520.000000"],
      ["Expressions", "540.000000", "54.000000", "486.000000"],
      ["Landmarks 68", "180.000000", "18.000000", "162.000000"],
    ]);
    expect(receipt.net_royalty_usd).toBe("6168.000000");
    // Filed on 8 July 2026 at 9:00, after the quarter's end: due 30 days later.
    expect(receipt.due_at).toBe("2026-08-07T09:00:00Z");

    // Landmarks 68 tiny passes 0.4 up: Ada 2208; of the 3312 that stay Bela gets 70 % = 2318.40, Chen 30 % = 993.60.
    // Expressions, sequential: Ada 0.25 × 486 = 121.50; tiny 0.5 × 0.75 = 0.375, that is 182.25; Dora keeps 182.25.
    //   Of tiny's 182.25: Ada 0.4 = 72.90; of 109.35 Bela 70 % = 76.545, Chen 30 % = 32.805.
    // Landmarks 68: Ada 162.
    // Ada 2208 + 121.50 + 72.90 + 162; Bela 2318.40 + 76.545; Chen 993.60 + 32.805; Dora 182.25; together 6168.
    // Ada and Dora take dollars, which Aperture pays; Bela's model takes BTC only, for Chen's wallet as well, at 1.5 %.
    const paid = receipt.allocations
      .map(({ amount_usd, currency, route, fee_pct }) => `${amount_usd} ${currency} ${route} ${fee_pct}`)
      .sort();
    expect(paid).toEqual([
      "1026.405000 BTC backup_with_fee 1.5",
      "182.250000 USD native 0",
      "2394.945000 BTC backup_with_fee 1.5",
      "2564.400000 USD native 0",
    ]);

    // Overdue from 7 August; 90 days later is 5 November, so the tick of 6 November lists. It is told that day;
    // 13 November is a week of notice, 20 November the fourteenth day.
    expect(publications.map(({ generated_at, entry_count, signed }) => [generated_at, entry_count, signed])).toEqual([
      ["2026-08-10T00:00:00Z", 0, true],
      ["2026-11-06T00:00:00Z", 0, true],
      ["2026-11-13T00:00:00Z", 0, true],
      ["2026-11-20T00:00:00Z", 1, true],
    ]);
    expect(verdicts).toEqual({
      aperture: { action: "deny", listed: true, state: "FRESH" },
      clearwater: { action: "allow", listed: false, state: "FRESH" },
    });
    expect(lines.join("\n")).toContain("mail to licences@aperture.example");
  });
});
