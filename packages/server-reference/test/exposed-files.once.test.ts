import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { exposedFiles } from "../src/exposed-files.ts";

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "omla-exposed-"));
  file = join(folder, "secret");
  await writeFile(file, "secret");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const NO_KEYS = { signingKeyFile: undefined, heartbeatKeyFile: undefined };

it.each([
  [0o600, 0],
  // The group is the operator's own choice.
  [0o640, 0],
  [0o644, 1],
  [0o602, 1],
])("tells of files of mode %o %i times", async (mode, count) => {
  await chmod(file, mode);
  expect(await exposedFiles({ ...NO_KEYS, heartbeatKeyFile: file }, [])).toHaveLength(count);
  for (const nodeArguments of [[`--env-file=${file}`], ["--env-file", file], [`--env-file-if-exists=${file}`]])
    expect(await exposedFiles(NO_KEYS, ["--no-warnings", ...nodeArguments])).toHaveLength(count);
});

it("leaves a file that is not there to whoever reads it", async () => {
  expect(await exposedFiles({ ...NO_KEYS, signingKeyFile: join(folder, "nothing") }, ["--env-file"])).toEqual([]);
});
