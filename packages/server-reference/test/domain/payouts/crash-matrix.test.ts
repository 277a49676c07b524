import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { STEPS } from "../../../src/domain/payouts/steps.ts";
import { packageFolder } from "../../../src/package-folder.ts";
import { databaseKind } from "../../helpers/database.ts";
import { type Ground, prepareFolder, preparePostgres } from "./crash/ground.ts";
import { killsFor, type Point, POINTS, tryKills } from "./crash/matrix.ts";

/** Every point on PostgreSQL; on the embedded database, which takes longer to copy, one of each kind. All of them in the long form. */
const EMBEDDED: readonly Point[] = [
  "plan.payments-written",
  "plan.committed",
  "send.claim-committed",
  "rail.after",
  "record.written",
  "close.batch-written",
  "cancel.run-written",
];
const TRIED = databaseKind === "postgres" ? POINTS : EMBEDDED;

describe("a payout whose process is killed (crash_each_point)", () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = databaseKind === "postgres" ? await preparePostgres(inject("pgUrl") ?? "") : await prepareFolder();
  });
  afterAll(() => ground.close());

  it("can be killed at every point that stands in the code, and at no other", async () => {
    const folder = join(packageFolder(), "src/domain/payouts");
    const files = (await readdir(folder)).filter((name) => name.endsWith(".ts"));
    const texts = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
    const found = texts.flatMap((text) => [...text.matchAll(/\bstep\("([^"]+)"\)/g)].map(([, name]) => name));
    expect(found.sort()).toEqual([...STEPS].sort());
    expect(POINTS.filter((point) => !point.startsWith("rail.")).sort()).toEqual([...STEPS].sort());
  });

  it.each(TRIED)("at %s loses nothing and pays nothing twice", async (point) => {
    const { kills, double, faults } = await tryKills(ground, killsFor(point));
    expect({ kills: kills.at(-1), double, faults }).toEqual({ kills: "SIGKILL", double: 0, faults: [] });
  });

  it("would pay twice if an attempt had a key of its own, so this matrix can fail", async () => {
    const { double, faults } = await tryKills(ground, killsFor("rail.after"), { freshKeys: true });
    expect(double).toBe(1);
    expect(faults).toEqual(["the rail moved other amounts"]);
  });
});
