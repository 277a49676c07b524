// Replaces a kept list, and is killed on the way: `killed-writer.ts PATH step N` kills itself before its Nth call of the file system.
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { dirname, join } from "node:path";

const [path = "", mode, count] = process.argv.slice(2);
const raw = await fs.readFile(join(dirname(path), "new.json"));
let left = mode === "step" ? Number(count) : Infinity;

function step<A extends unknown[], R>(call: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    if (left === 0) process.kill(process.pid, "SIGKILL");
    left -= 1;
    return call(...args);
  };
}

const open = fs.open;
const counted = { open: step(open), rename: step(fs.rename), unlink: step(fs.unlink), readFile: step(fs.readFile), mkdir: step(fs.mkdir) };
Object.assign(fs, counted, {
  open: async (...args: Parameters<typeof open>) => {
    const handle = await counted.open(...args);
    for (const name of ["writeFile", "sync", "close"] as const)
      Object.assign(handle, { [name]: step((handle[name] as () => unknown).bind(handle)) });
    return handle;
  },
});
syncBuiltinESMExports();

const { createDiskStore } = await import("../src/disk-store.ts");
process.stdout.write("begin\n");
do await createDiskStore(path).save({ raw, sequence: 2, keysetVersion: 1, maxSeenMs: 0, etag: null, keysets: [] });
while (mode === "loop");
