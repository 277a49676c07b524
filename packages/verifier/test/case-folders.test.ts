import { cp, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { verifierCaseFiles } from "../../../tools/make-verifier-cases.ts";
import { runCommandLine } from "../src/cli/run-command-line.ts";

const FOLDER = fileURLToPath(new URL("../../../vectors/verifier/", import.meta.url));

async function run(folder: string) {
  const printed = { out: "", err: "" };
  const code = await runCommandLine(
    ["conformance", folder],
    {},
    { out: (text) => void (printed.out += text), err: (text) => void (printed.err += text) },
  );
  return { code, ...printed };
}

it("the case folders are what tools/make-verifier-cases.ts writes", async () => {
  const files = verifierCaseFiles();
  const found = (await readdir(FOLDER, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
  expect(found.length).toBe(files.size + 1);
  for (const [path, bytes] of files) expect(Buffer.compare(await readFile(join(FOLDER, path)), bytes), path).toBe(0);
});

it("omla-verifier conformance passes every case, and refuses where the folder's name says so", async () => {
  const { code, out } = await run(FOLDER);
  const cases = verifierCaseFiles().size / 5;
  expect(code).toBe(0);
  expect(out).toMatch(new RegExp(`\n${cases} passed, 0 failed\n$`));
  for (const [path, bytes] of verifierCaseFiles()) {
    if (path.endsWith("/expected.json")) expect(path.includes("_fail/")).toBe(!Buffer.from(bytes).includes('"OK"'));
  }
});

it("fails a case whose answer is another", async () => {
  const folder = await mkdtemp(join(tmpdir(), "omla-cases-"));
  await cp(join(FOLDER, "golden_list"), join(folder, "golden_list"), { recursive: true });
  await writeFile(join(folder, "golden_list", "now.txt"), "2026-11-02T00:00:00Z\n");
  const { code, out, err } = await run(folder);
  await rm(folder, { recursive: true });
  expect([code, out]).toEqual([1, "golden_list: failed\n0 passed, 1 failed\n"]);
  expect(err).toContain('"STALE"');
});
