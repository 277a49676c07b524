import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const PACKAGE = join(import.meta.dirname, "../..");

/** Files of other packages that a program has loaded when it ends. */
async function loadedBy(program: string): Promise<string[]> {
  const hook = `
    import { registerHooks } from "node:module";
    const seen = new Set();
    registerHooks({ load(url, context, next) { const name = /node_modules\\/((?:@[^/]+\\/)?[^/]+)\\/(?!.*node_modules)/.exec(url)?.[1]; if (name) seen.add(name); return next(url, context); } });
    process.on("exit", () => console.log(JSON.stringify([...seen].sort())));`;
  const source = `data:text/javascript,${encodeURIComponent(hook)}`;
  const args = ["--conditions=omla-source", "--import", source, "--input-type=module", "-e", program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: PACKAGE });
  return JSON.parse(stdout) as string[];
}

it("importing the SDK and creating a client loads neither ky, zod nor noble", async () => {
  const loaded = await loadedBy('const { createClient } = await import("@omla/sdk"); createClient({ url: "https://registry.example" });');
  expect(loaded).not.toContain("ky");
  expect(loaded).not.toContain("zod");
  expect(loaded).not.toContain("@noble/ed25519");
});

it("the first call loads ky, and nothing loads zod", async () => {
  const loaded = await loadedBy(
    'const { createClient } = await import("@omla/sdk"); await createClient({ url: "http://127.0.0.1:9", retries: 0 }).registry().catch(() => 0);',
  );
  expect(loaded).toContain("ky");
  expect(loaded).not.toContain("zod");
});
