import { expect, it } from "vitest";
import { liveThroughAYear } from "./year-of-actions.ts";

/** What a year must have tried with success, and with which refusals, or it proved less than it seems. */
const ACCEPTED = [
  ...["register", "rotate", "wallet", "claim", "judge true", "judge false", "volume", "accruals", "declare", "resolve", "keys"],
  ...["complain about model", "complain about commercial_user"],
  ...["currency-prefs", "files", "hoster-share", "lineage", "locations", "metadata", "splits", "wallet-rail"].map(
    (kind) => `mutate ${kind}`,
  ),
];

it("the testing kit and the reference registry answer alike through a year of random actions", async () => {
  const { listed, seen } = await liveThroughAYear(20_261_115, 56);
  expect(listed).toBeGreaterThan(0);
  expect(ACCEPTED.filter((name) => !seen.has(name))).toEqual([]);
}, 120_000);
