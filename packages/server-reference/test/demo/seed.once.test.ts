import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifyBlacklist, verifyDocument } from "@omla/sdk/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMO_SECRET, loadConfig, type Config } from "../../src/config.ts";
import { newestFinishedQuarter } from "../../src/demo/calendar.ts";
import { seedDemo } from "../../src/demo/seed.ts";
import { startDemoServer } from "../../src/demo/start.ts";

let folder: string;
let config: Config;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "omla-seed-"));
  config = loadConfig({
    OMLA_JWT_SECRET: DEMO_SECRET,
    OMLA_DATA_DIR: join(folder, "data"),
    PORT: "0",
    OMLA_PUBLIC_URL: "http://localhost:8080",
    OMLA_LOG_LEVEL: "silent",
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the demonstration's data", { timeout: 120_000 }, () => {
  it("lies in the newest quarter whose whole story is over", () => {
    // The story ends 142 days after its quarter: that of 2026-Q2 on 20 November 2026.
    expect(newestFinishedQuarter(new Date("2026-11-20T00:00:00Z"))).toBe("2026-Q2");
    expect(newestFinishedQuarter(new Date("2026-11-19T23:59:59Z"))).toBe("2026-Q1");
  });

  it("is seeded once, and served with badges in three states and a list that verifies", async () => {
    expect(await seedDemo(config, new Date())).toMatchObject({ seeded: true });
    expect(existsSync(`${config.dataDir}.seeding`)).toBe(false);
    expect(await seedDemo(config, new Date())).toMatchObject({ seeded: false });
    const { url, close } = await startDemoServer(config);
    try {
      const page = await (await fetch(`${url}/badges`)).text();
      expect([...page.matchAll(/data-case="([^"]+)"/g)].map(([, title]) => title)).toEqual([
        "Verified (REPORTING)",
        "Under review (UNDER_REVIEW)",
        "Not registered",
      ]);
      const facts = (await (await fetch(`${url}/.well-known/omla`)).json()) as { keys: { public_key: string; role: string }[] };
      const raw = new Uint8Array(await (await fetch(`${url}/api/blacklist.json`)).arrayBuffer());
      const keys = facts.keys.filter(({ role }) => role === "list").map(({ public_key }) => public_key);
      expect(await verifyBlacklist(raw, { keys, now: new Date() })).toMatchObject({
        ok: true,
        signed: true,
        list: { entry_count: 1 },
      });
      const sidecar = /src="([^"]+omla\.json)"/.exec(page)?.[1] ?? "";
      const text = await (await fetch(`${url}${sidecar}`)).text();
      const claim = JSON.parse(text) as { pubkey: string };
      expect(await verifyDocument("sidecar", text, claim.pubkey)).toMatchObject({
        document: { registry: "http://localhost:8080", locations: ["http://localhost:8080/badges"] },
      });
    } finally {
      await close();
    }
  });
});
