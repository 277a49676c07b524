import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PACKAGE = join(import.meta.dirname, "../..");
const ROOT = join(PACKAGE, "../..");

/** What the package says it needs. */
const DECLARED = Object.keys((JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")) as { dependencies: object }).dependencies);

/**
 * A project that has the package as users get it: packed, unpacked, its declared dependencies beside it and nothing else.
 *
 * @param others further packages of the workspace that the project uses itself
 */
export function createConsumer(others: readonly string[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), "omla-consumer-"));
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "@omla"), { recursive: true });
  execFileSync(process.execPath, [join(ROOT, "node_modules/pnpm/bin/pnpm.mjs"), "pack", "--pack-destination", folder], {
    cwd: PACKAGE,
    stdio: "pipe",
  });
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
  execFileSync("tar", ["xzf", join(folder, tarball), "-C", join(modules, "@omla")]);
  execFileSync("mv", [join(modules, "@omla/package"), join(modules, "@omla/sdk")]);
  for (const name of [...DECLARED, ...others]) {
    if (name.includes("/")) mkdirSync(join(modules, name.split("/")[0] ?? ""), { recursive: true });
    const from = name.startsWith("@types/") ? ROOT : PACKAGE;
    symlinkSync(join(from, "node_modules", name), join(modules, name));
  }
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  return folder;
}

/** What every consumer does, in whatever runtime: report, read the signed list, look a model up. */
export const PROGRAM = `
import { createClient, OmlaError } from "@omla/sdk";
import { OmlaError as SameError, computeRoyalty } from "@omla/sdk/protocol";

export async function run({ url, apiKey, model, listKey }) {
  const omla = createClient({ url, apiKey });
  const entries = [{ model, inferences: 10, revenue_usd: "1000.00", run_cost_usd: "200.00" }];
  const quote = await omla.quote({ quarter: "2026-Q3", entries });
  const receipt = await omla.report({ quarter: "2026-Q3", entries });
  const explained = await quote.explain(model);
  const list = await omla.blacklist({ keys: [listKey] });
  const [standing] = await omla.models.verify([model]);
  const refusal = await omla.report({ quarter: "2026-Q9", entries: [] }).catch((error) => error);
  return [
    receipt.royalty_usd, explained.amount_usd, list.signed, standing.registered,
    refusal instanceof OmlaError && OmlaError === SameError && refusal.code,
    computeRoyalty({ rate: "0.30", revenue_usd: "1", run_cost_usd: "0" }).royalty_usd,
  ].join(" ");
}
`;

/** 0.30 × max(1000, 200); all of it to the one wallet. */
export const ANSWER = "300.000000 300.000000 true true QUARTER_INVALID 0.300000";
