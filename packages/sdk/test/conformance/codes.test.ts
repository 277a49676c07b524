import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { HINTS } from "../../src/protocol/hints.ts";

const FOLDER = new URL("../../../../vectors/", import.meta.url);
const files = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));

/** Codes that no case can have, each with the reason. */
const WITHOUT_A_CASE: Readonly<Record<string, string>> = {};

/** The codes that cases answer with: in `code`, or in `expected` where the blacklist has it; a currency has a `code` too. */
function codesIn(value: unknown, found: Set<string>): Set<string> {
  if (typeof value !== "object" || value === null || "is_backup" in value) return found;
  for (const [name, member] of Object.entries(value)) {
    if (typeof member !== "string") codesIn(member, found);
    else if (name === "code" || (name === "expected" && "raw_base64" in value && !("code" in value))) found.add(member);
  }
  return found;
}

describe("the error codes", () => {
  const answered = new Set<string>();
  for (const file of files) codesIn(JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")), answered);

  it.each(Object.keys(HINTS).filter((code) => !(code in WITHOUT_A_CASE)))("%s is the answer to a case", (code) => {
    expect(answered).toContain(code);
  });

  it("of the cases all have a hint", () => {
    expect([...answered].filter((code) => code !== "OK" && !(code in HINTS))).toEqual([]);
  });

  it("have no exception that a case contradicts", () => {
    expect(Object.keys(WITHOUT_A_CASE).filter((code) => answered.has(code) || !(code in HINTS))).toEqual([]);
  });
});
