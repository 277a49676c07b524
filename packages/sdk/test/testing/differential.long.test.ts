import { it } from "vitest";
import { liveThroughAYear } from "./year-of-actions.ts";

// What is compared, and fails where it differs, is every answer within.
it.each(Array.from({ length: 12 }, (_, seed) => seed + 1))(
  "kit and registry answer alike through two years of random actions (seed %i)",
  async (seed) => {
    await liveThroughAYear(seed * 7_919, 104);
  },
  600_000,
);
