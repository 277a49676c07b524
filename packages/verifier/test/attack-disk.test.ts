import { chmod, mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createDiskStore, type ListStore, type StoredList } from "../src/index.ts";
import { DAY_MS, MODEL, NOW, type Published, publish } from "./publisher.ts";
import { useStage } from "./stage.ts";
import { killAtEachStep } from "./kill-writer.ts";

const stage = useStage();

const storedOf = ({ raw, sequence }: Published, keysetVersion = 1): StoredList => ({
  raw,
  sequence,
  keysetVersion,
  maxSeenMs: 0,
  etag: null,
  keysets: [],
});

async function editions(count: number): Promise<Published[]> {
  const lists: Published[] = [];
  for (let at = 0; at < count; at += 1) lists.push(await publish({ entries: [MODEL] }, { previous: lists.at(-1) ?? null }));
  return lists;
}

describe("group D: the disk", () => {
  it("kill9_during_write: after a kill at any step there is the old list or the new one, and the next write succeeds", async () => {
    const outcomes = await killAtEachStep(stage.folder, await editions(2));
    expect(outcomes.length).toBeGreaterThan(6);
    for (const { step, sequence } of outcomes) expect([1, 2], step).toContain(sequence);
    // The list becomes the new one somewhere on the way, and stays it.
    const sequences = outcomes.map(({ sequence }) => sequence);
    expect(sequences).toEqual([...sequences].sort());
    expect(new Set(sequences)).toEqual(new Set([1, 2]));
  }, 60_000);

  it("kill9_during_write: a lock that a killed writer left behind is taken over", async () => {
    const path = join(stage.folder, "list");
    const lock = join(stage.folder, ".list.lock");
    await writeFile(lock, "");
    const past = new Date(Date.now() - 60_000);
    await utimes(lock, past, past);
    const [first] = await editions(1);
    await createDiskStore(path).save(storedOf(first as Published));
    expect((await createDiskStore(path).load())?.sequence).toBe(1);
    expect(await readdir(stage.folder)).toEqual(["list"]);
  });

  it("two_workers_race: the number on the disk never falls", async () => {
    const path = join(stage.folder, "list");
    const lists = await editions(8);
    const seen: number[] = [];
    let isDone = false;
    const watch = (async () => {
      while (!isDone) seen.push((await createDiskStore(path).load())?.sequence ?? 0);
    })();
    const order = [...lists, ...lists].sort((a, b) => ((a.sequence * 5) % 7) - ((b.sequence * 5) % 7));
    await Promise.all(order.map((list) => createDiskStore(path).save(storedOf(list))));
    isDone = true;
    await watch;
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect((await createDiskStore(path).load())?.sequence).toBe(8);
  });

  it("two_workers_race: a new keyset may set the number back", async () => {
    const store = createDiskStore(join(stage.folder, "list"));
    const [first, second] = (await editions(2)) as [Published, Published];
    await store.save(storedOf(second, 1));
    await store.save(storedOf(first, 1));
    expect((await store.load())?.sequence).toBe(2);
    await store.save(storedOf(first, 2));
    expect((await store.load())?.sequence).toBe(1);
  });

  it("disk_tampered_fail: not believed, with an alarm, and overwritten by the next good list whatever number it claimed", async () => {
    const path = join(stage.folder, "list");
    const [first] = (await editions(1)) as [Published];
    const forged = await publish({ entries: [], sequence: 900, prev_sha256: "ab".repeat(32) }, { seeds: [new Uint8Array(32).fill(9)] });
    await createDiskStore(path).save(storedOf(forged));
    stage.registry.serve(first);
    const verifier = await stage.started({ store: path });
    expect(verifier.status().state).toBe("NONE");
    expect(stage.events.at(-1)).toMatchObject({ code: "LIST_THRESHOLD", alarm: true });
    await verifier.refresh();
    expect((await createDiskStore(path).load())?.sequence).toBe(1);
  });

  it("disk_rollback_fail: an older list put back on the disk does not undo the one in memory, nor what the registry has", async () => {
    const path = join(stage.folder, "list");
    const [first, second] = (await editions(2)) as [Published, Published];
    stage.registry.serve(first);
    const verifier = await stage.started({ store: path });
    await verifier.refresh();
    const older = await readFile(path);
    stage.registry.serve(second);
    await verifier.refresh();
    await writeFile(path, older);
    expect(verifier.status().sequence).toBe(2);
    const again = await stage.started({ store: path });
    expect(again.status().sequence).toBe(1);
    await again.refresh();
    expect(again.status().sequence).toBe(2);
  });

  it.each([
    ["disk_full", "ENOSPC: no space left on device"],
    ["disk_readonly", "EROFS: read-only file system"],
  ])("%s: the list in memory answers, and the operator hears of it", async (_name, message) => {
    stage.registry.serve(await publish({ entries: [MODEL] }));
    const store: ListStore = { load: async () => undefined, save: () => Promise.reject(new Error(message)) };
    const verifier = await stage.started({ store });
    expect(await verifier.refresh()).toEqual({ changed: true, state: "FRESH" });
    expect(verifier.check({ model_id: MODEL.id }).action).toBe("deny");
    expect(stage.events).toContainEqual(expect.objectContaining({ type: "store_failed", code: "STORE_WRITE", message, alarm: true }));
  });

  it("disk_readonly: a folder that cannot be written leaves the file as it is", async () => {
    const path = join(stage.folder, "sub", "list");
    const [first, second] = (await editions(2)) as [Published, Published];
    await createDiskStore(path).save(storedOf(first));
    // Root may write anywhere, so the folder is taken away instead: a file stands where it was.
    await writeFile(join(stage.folder, "file"), "");
    await expect(createDiskStore(join(stage.folder, "file", "list")).save(storedOf(second))).rejects.toThrow();
    await chmod(join(stage.folder, "sub"), 0o755);
    expect((await createDiskStore(path).load())?.sequence).toBe(1);
  });

  it("a store that cannot be read is an alarm, and the registry is asked at once", async () => {
    await mkdir(join(stage.folder, "list"));
    stage.registry.serve(await publish({ entries: [MODEL] }));
    const verifier = await stage.started({ store: join(stage.folder, "list") });
    expect(stage.events).toContainEqual(expect.objectContaining({ code: "STORE_READ", alarm: true }));
    stage.now = new Date(NOW.getTime() + DAY_MS);
    expect((await verifier.refresh()).changed).toBe(true);
  });
});
