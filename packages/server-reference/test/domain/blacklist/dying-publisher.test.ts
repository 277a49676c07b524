import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { toBase64, utf8Encode, verifyBlacklist, verifyHeartbeat } from "@omla/sdk/protocol";
import { expect, it } from "vitest";
import { associationKey } from "../../../src/association-keys.ts";
import { createDatabase } from "../../../src/db/database.ts";
import { findLatestHeartbeat, findLatestList } from "../../../src/domain/blacklist/repository.ts";
import { appUrlOf, createPostgresDatabase, databaseKind } from "../../helpers/database.ts";
import { layDataFolder } from "../../helpers/embedded-template.ts";

const run = promisify(execFile);
const PROGRAM = ["--conditions=omla-source", fileURLToPath(new URL("./dying-publisher.ts", import.meta.url)), databaseKind];

/** What a gateway finds after the publisher died: a whole list, and a heartbeat that confirms it. */
async function sequenceServed(where: string): Promise<number> {
  const db = await createDatabase(databaseKind === "postgres" ? { url: where } : { dataDir: where });
  try {
    const [list, heartbeat] = await db.service(async (tx) => [await findLatestList(tx), await findLatestHeartbeat(tx)]);
    const listKey = (await associationKey(toBase64(new Uint8Array(32).fill(1)))).publicKey;
    const heartbeatKey = (await associationKey(toBase64(new Uint8Array(32).fill(2)))).publicKey;
    const now = new Date();
    const verdict = await verifyBlacklist(utf8Encode(list?.raw ?? ""), { keys: [listKey], now });
    if (!verdict.ok) throw verdict.error;
    const held = { sequence: verdict.list.sequence, digest: verdict.digest, length: verdict.length };
    const beats = await verifyHeartbeat(utf8Encode(heartbeat?.raw ?? ""), { keys: [heartbeatKey], now, list: held });
    expect(beats).toMatchObject({ ok: true, effect: "confirms" });
    return verdict.list.sequence;
  } finally {
    await db.close();
  }
}

it("a publisher that dies between any two statements leaves the old list or the new one, never none", { timeout: 240_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "omla-publish-"));
  if (databaseKind === "pglite") await layDataFolder(folder);
  const where = databaseKind === "postgres" ? appUrlOf(await createPostgresDatabase()) : folder;
  await run(process.execPath, [...PROGRAM, where]);
  const statements = Number((await run(process.execPath, [...PROGRAM, where])).stdout);
  expect(statements).toBeGreaterThan(4);
  const killed: number[] = [];
  // After the first, in the middle, and after the last statement before the commit.
  for (const deadly of [1, Math.ceil(statements / 2), statements - 1, statements]) {
    const end = await run(process.execPath, [...PROGRAM, where, String(deadly)]).catch((error: { signal: string }) => error);
    expect(end).toMatchObject({ signal: "SIGKILL" });
    killed.push(await sequenceServed(where));
  }
  expect(killed).toEqual([2, 2, 2, 2]);
  await run(process.execPath, [...PROGRAM, where]);
  expect(await sequenceServed(where)).toBe(3);
  await rm(folder, { recursive: true });
});
