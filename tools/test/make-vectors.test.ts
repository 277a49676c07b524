import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MADE_VECTORS, vectorText } from "../make-vectors.ts";

const FOLDER = new URL("../../vectors/", import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, FOLDER), "utf8");

describe("the vectors that this project adds", () => {
  it.each(Object.keys(MADE_VECTORS))("%s is what tools/make-vectors.ts writes", (file) => {
    expect(read(file)).toBe(vectorText(MADE_VECTORS[file]()));
  });

  it("stand in the README with the others, each file once", () => {
    const readme = read("README.md");
    const files = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
    for (const file of files) expect([file, readme.split(`| \`${file}\` |`).length - 1]).toEqual([file, 1]);
  });

  it("say a name or a reason for every case", () => {
    for (const [file, cases] of Object.entries(MADE_VECTORS)) {
      const nameless = cases().filter((given) => !("name" in given) && !("why" in given) && !("code" in given && given.code === "OK"));
      expect([file, nameless]).toEqual([file, []]);
    }
  });
});
