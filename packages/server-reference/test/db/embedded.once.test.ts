import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OmlaError } from "@omla/sdk/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDatabase } from "../../src/db/database.ts";
import { lockFolder } from "../../src/db/folder-lock.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "omla-data-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "taken",
    (error: unknown) => (error instanceof OmlaError ? error.code : String(error)),
  );
}

describe("the embedded database", () => {
  it("keeps its data in a folder, synchronises to disk, and opens again", async () => {
    const first = await createDatabase({ dataDir: folder });
    expect((await first.query("anon", "show fsync")).rows).toEqual([{ fsync: "on" }]);
    await first.service((tx) => tx.query("insert into omla.commercial_users (company_name) values ('Acme')"));
    expect(await codeOf(createDatabase({ dataDir: folder }))).toBe("DATA_DIR_LOCKED");
    await first.close();
    const second = await createDatabase({ dataDir: folder });
    expect((await second.query("anon", "select company_name from public.commercial_users")).rows).toEqual([{ company_name: "Acme" }]);
    await second.close();
  });

  it("gives the folder free where it cannot open it", async () => {
    await writeFile(join(folder, "pglite"), "a file where a folder belongs");
    expect(await codeOf(createDatabase({ dataDir: folder }))).not.toBe("DATA_DIR_LOCKED");
    expect(await codeOf(lockFolder(folder))).toBe("taken");
  });
});

describe("the lock of a data folder", () => {
  it("is refused to a second holder and free after its release", async () => {
    const lock = await lockFolder(folder);
    expect(await codeOf(lockFolder(folder))).toBe("DATA_DIR_LOCKED");
    await lock.release();
    await (await lockFolder(folder)).release();
  });

  it("names the process that holds it", async () => {
    await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toMatchObject({
      details: { pid: process.pid },
      hint: expect.stringContaining("OMLA_DATA_DIR"),
    });
  });

  it("is held by another process that lives, and free once that was killed", async () => {
    const holder = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000); console.log('up')"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(holder.stdout, "data");
    const mine = await lockFolder(folder);
    const own = await readFile(join(folder, "omla.lock"), "utf8");
    await mine.release();
    const stat = await readFile(`/proc/${holder.pid}/stat`, "utf8");
    const start = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    await writeFile(join(folder, "omla.lock"), own.replace(/^\d+@([^/]+)\/\d+/, `${holder.pid}@$1/${start}`));
    expect(await codeOf(lockFolder(folder))).toBe("DATA_DIR_LOCKED");
    holder.kill("SIGKILL");
    await once(holder, "exit");
    expect(await codeOf(lockFolder(folder))).toBe("taken");
  });

  it("is not held by a later process that got the same number", async () => {
    await writeFile(join(folder, "omla.lock"), `${process.ppid}@another-boot/1 token`);
    expect(await codeOf(lockFolder(folder))).toBe("taken");
  });

  it("is not held by an earlier life of this process, as in a container that starts again as number 1", async () => {
    const lock = await lockFolder(folder);
    const content = await readFile(join(folder, "omla.lock"), "utf8");
    await lock.release();
    await writeFile(join(folder, "omla.lock"), content);
    expect(await codeOf(lockFolder(folder))).toBe("taken");
  });

  it.each(["", "garbage", "-1@x/1 y", "999999999@x/1 y"])("is taken over from a file that names no process: %j", async (content) => {
    await writeFile(join(folder, "omla.lock"), content);
    expect(await codeOf(lockFolder(folder))).toBe("taken");
  });

  it("has one winner among many that start at once over a lock that was left behind", async () => {
    await writeFile(join(folder, "omla.lock"), "999999999@x/1 y");
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => codeOf(lockFolder(folder))));
    expect(outcomes.filter((outcome) => outcome === "taken")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "DATA_DIR_LOCKED")).toHaveLength(11);
  });
});
