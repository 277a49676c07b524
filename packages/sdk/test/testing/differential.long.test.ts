import { expect, it } from "vitest";
import { liveThroughAYear } from "./year-of-actions.ts";

it.each(Array.from({ length: 12 }, (_, seed) => seed + 1))(
  "kit and registry answer alike through two years of random actions (seed %i)",
  async (seed) => {
    // Somebody must have got onto the list, or the years proved less than they seem.
    expect((await liveThroughAYear(seed * 7_919, 104)).listed).toBeGreaterThan(0);
  },
  900_000,
);
