import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runConformance } from "../../src/cli/conformance.ts";
import type { VectorReport } from "../../src/conformance/index.ts";

const VECTORS = fileURLToPath(new URL("../../../../vectors", import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "omla-conformance-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(path: string, json = false): Promise<{ code: number; out: string[]; err: string }> {
  const written = { out: "", err: "" };
  const code = await runConformance(path, { out: (text) => void (written.out += text), err: (text) => void (written.err += text) }, json);
  return { code, out: written.out.trimEnd().split("\n"), err: written.err };
}

describe("omla conformance", () => {
  it("passes the project's own vectors, one line per file and the closing line", async () => {
    const { code, out, err } = await run(VECTORS);
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(out.slice(0, -1).every((line) => /^[a-z-]+\.json: [1-9]\d* passed, 0 failed$/.test(line))).toBe(true);
    expect(out.at(-1)).toMatch(/^[1-9]\d* passed, 0 failed$/);
  });

  it("runs the files that a folder happens to hold, and leaves unknown ones out", async () => {
    const some = join(folder, "some");
    await mkdir(some);
    await copyFile(join(VECTORS, "amounts.json"), join(some, "amounts.json"));
    await writeFile(join(some, "package.json"), "{}");
    await writeFile(join(some, "notes.txt"), "no vectors");
    const cases = JSON.parse(await readFile(join(VECTORS, "amounts.json"), "utf8")) as Record<"valid" | "invalid", unknown[]>;
    const count = cases.valid.length + cases.invalid.length;
    expect(await run(some)).toEqual({
      code: 0,
      out: [`amounts.json: ${count} passed, 0 failed`, "package.json: not known, left out", `${count} passed, 0 failed`],
      err: "",
    });
  });

  it("fails with one flipped digit, and names the case", async () => {
    const broken = join(folder, "broken");
    await mkdir(broken);
    await writeFile(join(broken, "amounts.json"), '{ "valid": [{ "text": "1", "micro_usd": "1000001" }], "invalid": [{ "text": "x" }] }');
    expect(await run(broken)).toEqual({
      code: 1,
      out: ["amounts.json: 1 passed, 1 failed", "1 passed, 1 failed"],
      err: 'amounts.json valid[0]: parseAmount: expected "1000001", got "1000000"\n',
    });
  });

  it("fails where a known name is a folder or holds nothing", async () => {
    const odd = join(folder, "odd");
    await mkdir(join(odd, "splits.json"), { recursive: true });
    await writeFile(join(odd, "royalty.json"), "");
    const { code, out } = await run(odd);
    expect([code, ...out]).toEqual([1, "royalty.json: 0 passed, 1 failed", "splits.json: 0 passed, 1 failed", "0 passed, 2 failed"]);
  });

  it("does not pass where there was nothing to run", async () => {
    const empty = join(folder, "empty");
    await mkdir(empty);
    expect(await run(empty)).toEqual({ code: 1, out: ["0 passed, 0 failed"], err: "" });
  });

  it("says so where there is no such folder", async () => {
    await expect(run(join(folder, "nowhere"))).rejects.toMatchObject({ code: "FOLDER_UNREADABLE" });
  });

  it("gives other programs one JSON document", async () => {
    const { code, out } = await run(VECTORS, true);
    const reports = JSON.parse(out.join("\n")) as VectorReport[];
    expect(code).toBe(0);
    expect(reports.find(({ file }) => file === "compliance.json")).toMatchObject({ known: true, passed: 109, failed: 0, left_out: 0 });
  });
});
