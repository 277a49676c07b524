import { expect, it } from "vitest";
import { liveThroughAYear } from "./year-of-actions.ts";

it.each(Array.from({ length: 12 }, (_, seed) => seed + 1))(
  "kit and registry answer alike through two years of random actions (seed %i)",
  async (seed) => {
    expect(await liveThroughAYear(seed * 7_919, 104)).toBeGreaterThanOrEqual(0);
  },
  600_000,
);
