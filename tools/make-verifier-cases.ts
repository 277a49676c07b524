import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

interface ListCase {
  readonly name: string;
  readonly raw_base64: string;
  readonly keys: readonly string[];
  readonly threshold: number;
  readonly now: string;
  readonly prior?: unknown;
  readonly expected: string;
  readonly expected_state?: string;
}

const VECTORS = new URL("../vectors/", import.meta.url);
const FOLDER = new URL("verifier/", VECTORS);

/** The cases of `blacklist.json` and the golden list as folders of plain files: path below `vectors/verifier/` → bytes. */
export function verifierCaseFiles(): Map<string, Uint8Array> {
  const cases = JSON.parse(readFileSync(new URL("blacklist.json", VECTORS), "utf8")) as ListCase[];
  const files = new Map<string, Uint8Array>();
  for (const given of [...cases, goldenCase()]) {
    const name = folderOf(given);
    if (files.has(`${name}/raw`)) throw new Error(`two cases are named ${name}`);
    for (const [file, bytes] of Object.entries(filesOf(given))) files.set(`${name}/${file}`, bytes);
  }
  return files;
}

function goldenCase(): ListCase {
  const raw_base64 = readFileSync(new URL("golden-blacklist.json", VECTORS)).toString("base64");
  const keys = ["11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="];
  return { name: "golden list", raw_base64, keys, threshold: 1, now: "2026-10-02T00:00:00Z", expected: "OK", expected_state: "FRESH" };
}

/** `_fail` stands in the name of what must be refused. */
function folderOf({ name, expected }: ListCase): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
  return expected === "OK" ? slug : `${slug}_fail`;
}

function filesOf({ raw_base64, keys, threshold, now, prior = null, expected, expected_state }: ListCase): Record<string, Uint8Array> {
  const json = (value: unknown): Uint8Array => Buffer.from(`${JSON.stringify(value, undefined, 1)}\n`);
  return {
    raw: Buffer.from(raw_base64, "base64"),
    "keys.json": json({ keys, threshold }),
    "state.json": json(prior),
    "now.txt": Buffer.from(`${now}\n`),
    "expected.json": json({ code: expected, ...(expected === "OK" && { state: expected_state }) }),
  };
}

if (import.meta.main) {
  const readme = readFileSync(new URL("README.md", FOLDER));
  rmSync(FOLDER, { recursive: true });
  for (const [path, bytes] of new Map([["README.md", readme], ...verifierCaseFiles()])) {
    mkdirSync(new URL(".", new URL(path, FOLDER)), { recursive: true });
    writeFileSync(new URL(path, FOLDER), bytes);
  }
}
