import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { createDatabase, type Database, type Tx } from "../../src/db/database.ts";

const LOAD = fileURLToPath(new URL("./write-load.ts", import.meta.url));

export interface Target {
  readonly kind: "postgres" | "pglite";
  /** URL of the server's login, or the data folder. */
  readonly where: string;
}

/** Starts a writer, kills it in the middle, and gives the ids that it was told are stored. */
async function killWriter({ kind, where }: Target, afterAcknowledged: number, delayMs: number): Promise<string[]> {
  const child = spawn(process.execPath, ["--conditions=omla-source", LOAD, kind, where], { stdio: ["ignore", "pipe", "pipe"] });
  let told = "";
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
  const enough = new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      told += chunk.toString();
      if (told.split("\n").length > afterAcknowledged + 1) setTimeout(resolve, delayMs);
    });
  });
  const exit = once(child, "exit");
  await Promise.race([enough, exit]);
  child.kill("SIGKILL");
  const [, signal] = (await exit) as [number | null, string | null];
  expect({ signal, complaint }).toEqual({ signal: "SIGKILL", complaint: "" });
  // The last line may be cut off by the kill.
  return told
    .split("\n")
    .slice(0, -1)
    .filter((line) => line !== "ready");
}

/** Kills a writer again and again; after each time everything acknowledged is there, and nothing is half there. */
export async function killRounds(target: Target, rounds: number, random: () => number): Promise<number> {
  const acknowledged: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    acknowledged.push(...(await killWriter(target, 5 + Math.floor(random() * 20), Math.floor(random() * 15))));
    const db = await createDatabase(target.kind === "postgres" ? { url: target.where } : { dataDir: target.where });
    try {
      await expectWhole(db, acknowledged);
    } finally {
      await db.close();
    }
  }
  return acknowledged.length;
}

const HALF = `
  select count(*)::int as n from omla.models m
   where not exists (select from omla.wallets w where w.model_id = m.id) or not exists (select from omla.documents d where d.digest = m.document_digest)
      or not exists (select from omla.compliance_state s where s.id = m.id) or not exists (select from omla.hoster_shares h where h.model_id = m.id)
      or not exists (select from omla.audit_log l where l.entity_id = m.id::text and l.action = 'model.register')`;

async function expectWhole(db: Database, acknowledged: readonly string[]): Promise<void> {
  // A server process may still finish what its killed client had sent: all is read from one snapshot.
  const read = async (tx: Tx): Promise<object> => ({
    lost: (
      await tx.query("select a.id from unnest($1::uuid[]) as a (id) where not exists (select from omla.models m where m.id = a.id)", [
        acknowledged,
      ])
    ).rows,
    half: (await tx.query(HALF)).rows,
    audit: (await tx.query("select row_count = (select count(*) from omla.models) as complete, bad_seq from omla.audit_verify()")).rows,
  });
  const state = await db.service(read, { isolation: "repeatable read" });
  expect(state).toEqual({ lost: [], half: [{ n: 0 }], audit: [{ complete: true, bad_seq: null }] });
}
