import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { OmlaBadge } from "../src/omla-badge.ts";

const PACKAGE = join(import.meta.dirname, "..");
const ROOT = join(PACKAGE, "../..");

interface Manifest {
  readonly modules: readonly {
    readonly path: string;
    readonly declarations?: readonly {
      readonly tagName: string;
      readonly attributes: readonly { readonly name: string; readonly description?: string }[];
      readonly events: readonly { readonly name: string }[];
      readonly cssParts: readonly { readonly name: string }[];
      readonly cssProperties: readonly { readonly name: string }[];
      readonly members: readonly { readonly name: string }[];
    }[];
  }[];
}

describe("what the package promises to tools", () => {
  it("the types for plain TypeScript, React, Svelte and Vue accept the tag and refuse what it does not take", () => {
    const tsc = join(ROOT, "node_modules/typescript7/bin/tsc");
    const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", join(PACKAGE, "test/frameworks"), "--pretty", "false"], {
      encoding: "utf8",
    });
    expect(stdout).toBe("");
    expect(status).toBe(0);
  }, 60_000);

  it("the manifest names every attribute, with what it means, and nothing private", () => {
    const manifest = JSON.parse(readFileSync(join(PACKAGE, "custom-elements.json"), "utf8")) as Manifest;
    const badge = manifest.modules[0]!.declarations![0]!;
    expect(badge.tagName).toBe("omla-badge");
    expect(badge.attributes.map(({ name }) => name).sort()).toEqual([...OmlaBadge.observedAttributes].sort());
    expect(badge.attributes.filter(({ description }) => !description)).toEqual([]);
    expect(badge.events.map(({ name }) => name)).toContain("omla-verdict");
    expect(badge.members.filter(({ name }) => name.startsWith("#"))).toEqual([]);
    expect(manifest.modules.filter(({ path }) => !existsSync(join(PACKAGE, path)))).toEqual([]);
  });

  it("the manifest's parts and custom properties are those of the templates and style sheets", () => {
    const badge = (JSON.parse(readFileSync(join(PACKAGE, "custom-elements.json"), "utf8")) as Manifest).modules[0]!.declarations![0]!;
    const sources = ["omla-badge.ts", "panel-body.ts", "omla-badge.styles.ts"]
      .map((name) => readFileSync(join(PACKAGE, "src", name), "utf8"))
      .join("\n");
    const used = (pattern: RegExp): string[] => [...new Set([...sources.matchAll(pattern)].map(([, name = ""]) => name))].sort();
    expect(badge.cssParts.map(({ name }) => name).sort()).toEqual(used(/ part="(\w+)"/g));
    expect(badge.cssProperties.map(({ name }) => name).sort()).toEqual(used(/var\((--omla-[\w-]+)/g));
  });

  it("importing the classes registers no tag", async () => {
    const before = customElements.get("omla-badge");
    await import("../src/index.ts");
    expect(customElements.get("omla-badge")).toBe(before);
    expect(before).toBeUndefined();
  });
});
