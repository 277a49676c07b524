import { describe, expect, it } from "vitest";
import { entriesOf, expectNaive } from "./spellings.ts";

describe("a long list as gateways ask it, held against a plain search through its entries", () => {
  it.each([4_095, 4_096, 4_097, 65_535, 65_536, 65_537, 100_000])(
    "finds every name of %i entries, and no other",
    { timeout: 900_000 },
    async (count) => {
      const entries = entriesOf(`${count} entries`, count);
      // All of a list of a few thousand; of a longer one its ends, where columns grow, and every 23rd.
      const isAsked = (at: number): boolean => count < 5_000 || at % 23 === 0 || [0, 1, 2].includes((at + 1) & 511) || at > count - 3;
      expect(
        await expectNaive(
          entries,
          entries.filter((_, at) => isAsked(at)),
        ),
      ).toBeGreaterThan(count / 23);
    },
  );
});
