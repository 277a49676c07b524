import { expect, it } from "vitest";
import { liveThroughAYear } from "./year-of-actions.ts";

it("the testing kit and the reference registry answer alike through a year of random actions", async () => {
  // Somebody must have got onto the list, or the year proved less than it seems.
  expect(await liveThroughAYear(20_261_115, 56)).toBeGreaterThan(0);
}, 120_000);
