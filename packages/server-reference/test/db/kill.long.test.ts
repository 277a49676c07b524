import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { appUrlOf, createPostgresDatabase, databaseKind } from "../helpers/database.ts";
import { killRounds } from "./kill-rounds.ts";

const ROUNDS = 20;

it(`${ROUNDS} killed writers in a row lose no acknowledged registration and leave none half done`, { timeout: 600_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "omla-kill-"));
  const where = databaseKind === "postgres" ? appUrlOf(await createPostgresDatabase()) : folder;
  expect(await killRounds({ kind: databaseKind, where }, ROUNDS, Math.random)).toBeGreaterThan(ROUNDS * 5);
  await rm(folder, { recursive: true });
});
