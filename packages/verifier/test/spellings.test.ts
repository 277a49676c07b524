import { describe, expect, it } from "vitest";
import { entriesOf, expectNaive } from "./spellings.ts";

describe("a list as gateways ask it, held against a plain search through its entries", () => {
  // One below, at and above every length at which a column grows.
  it.each([0, 1, 2, 63, 64, 65, 127, 128, 129, 255, 256, 257])(
    "finds every name of %i entries in every spelling, and no other",
    async (count) => {
      const entries = entriesOf(`${count} entries`, count);
      const hits = await expectNaive(entries, entries);
      expect(hits).toBeGreaterThanOrEqual(count);
      await expectNaive(entries, []);
    },
  );

  it("finds what stands at the lengths at which the columns of a long list grow", async () => {
    const entries = entriesOf("long", 4_098);
    const asked = [0, 511, 512, 513, 1_023, 1_024, 1_025, 2_047, 2_048, 2_049, 4_095, 4_096, 4_097].flatMap((at) => entries[at] ?? []);
    expect(await expectNaive(entries, asked)).toBeGreaterThan(asked.length);
  });
});
