import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { databaseKind } from "../../helpers/database.ts";
import { type Ground, prepareFolder, preparePostgres } from "./crash/ground.ts";
import { type Kill, killsFor, POINTS, tryKills } from "./crash/matrix.ts";

/** Three transfers: a point that each of them passes is tried for each. */
const TIMES = [1, 2, 3];
const RANDOM_TRIALS = 15;
const MOST_KILLS = 8;

describe("a payout whose process is killed again and again (crash_each_point)", { timeout: 600_000 }, () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = databaseKind === "postgres" ? await preparePostgres(inject("pgUrl") ?? "") : await prepareFolder();
  });
  afterAll(() => ground.close());

  it.each(POINTS.flatMap((point) => TIMES.map((nth) => [point, nth] as const)))(
    "at %s, the %ith time, loses nothing and pays nothing twice",
    async (point, nth) => {
      const { double, faults } = await tryKills(ground, killsFor(point, nth));
      expect({ double, faults }).toEqual({ double: 0, faults: [] });
    },
  );

  it.each(Array.from({ length: RANDOM_TRIALS }, (_, trial) => trial))(
    "at random, trial %i, loses nothing and pays nothing twice",
    async () => {
      const kills = Array.from({ length: 1 + Math.floor(Math.random() * MOST_KILLS) }, (): Kill => {
        // Some of the next runners come at once, some after a key has expired.
        const thenHours = Math.random() < 0.3 ? 25 : 0.1;
        return { point: "*", nth: 1 + Math.floor(Math.random() * 25), thenHours };
      });
      const { double, faults } = await tryKills(ground, kills);
      expect({ kills, double, faults }).toEqual({ kills, double: 0, faults: [] });
    },
  );
});
