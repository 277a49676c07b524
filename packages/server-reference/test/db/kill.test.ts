import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { appUrlOf, createPostgresDatabase, databaseKind } from "../helpers/database.ts";
import { layDataFolder } from "../helpers/embedded-template.ts";
import { killRounds } from "./kill-rounds.ts";

it("a writer that is killed loses no acknowledged registration and leaves none half done", async () => {
  const folder = await mkdtemp(join(tmpdir(), "omla-kill-"));
  if (databaseKind === "pglite") await layDataFolder(folder);
  const where = databaseKind === "postgres" ? appUrlOf(await createPostgresDatabase()) : folder;
  expect(await killRounds({ kind: databaseKind, where }, 2, Math.random)).toBeGreaterThan(9);
  await rm(folder, { recursive: true });
});
