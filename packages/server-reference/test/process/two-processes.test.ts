import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createTestDatabase, databaseKind, type TestDatabase } from "../helpers/database.ts";
import { layDataFolder } from "../helpers/embedded-template.ts";
import { type RegistryProcess, startRegistry } from "../helpers/process.ts";

const WAIT = { timeout: 60_000, interval: 250 };

if (databaseKind === "postgres") onPostgres();
else onOneFolder();

function onOneFolder(): void {
  it("refuses a data folder that another process uses, and says so", { timeout: 120_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "omla-two-"));
    const environment = { OMLA_DATA_DIR: join(folder, "data") };
    await layDataFolder(environment.OMLA_DATA_DIR);
    const registry = await startRegistry(environment);
    await expect(startRegistry(environment)).rejects.toThrow("DATA_DIR_LOCKED");
    expect(await registry.stop()).toBe(0);
    await rm(folder, { recursive: true });
  });
}

function onPostgres(): void {
  describe("two processes on one PostgreSQL", { timeout: 180_000 }, () => {
    let database: TestDatabase;
    let first: RegistryProcess;
    let second: RegistryProcess;
    beforeAll(async () => {
      database = await createTestDatabase();
      const environment = { DATABASE_URL: database.appUrl ?? "", OMLA_PUBLIC_URL: "http://registry.test", OMLA_LIMIT_RATES: "off" };
      [first, second] = await Promise.all([startRegistry(environment), startRegistry(environment)]);
    }, 120_000);
    afterAll(async () => {
      await Promise.all([first.stop(), second.stop()]);
      await database.close();
    });

    const post = async (
      registry: RegistryProcess,
      action: string,
      body: object,
      key?: string,
      headers: Record<string, string> = {},
    ): Promise<{ status: number; body: Record<string, unknown> }> => {
      const answer = await fetch(`${registry.url}/functions/v1/${action}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...headers },
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
    const company = async (): Promise<string> =>
      String((await post(first, "register-company", { company_name: "A", contact_email: "a@example.com" })).body["api_key"]);
    const nil = { quarter: "2026-Q1", entries: [] };

    it("serve the same companies, and a key that is revoked at one counts no more at the other at once (apikey_revoked_1s)", async () => {
      const key = await company();
      expect((await post(second, "due", {}, key)).status).toBe(200);
      const spare = String((await post(first, "create-api-key", { live: true }, key)).body["api_key"]);
      expect((await post(second, "due", {}, spare)).status).toBe(200);
      expect((await post(first, "revoke-api-key", { kid: key.split("_")[2] }, spare)).status).toBe(200);
      expect((await post(second, "due", {}, key)).status).toBe(401);
    });

    it("make one report of the same request sent to both at the same moment", async () => {
      const key = await company();
      const headers = { "idempotency-key": "both" };
      const answers = await Promise.all(
        [first, second, first, second].map((registry) => post(registry, "submit-report", nil, key, headers)),
      );
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
      expect(new Set(answers.map(({ body }) => body["submission_id"])).size).toBe(1);
      const other = await company();
      const unkeyed = await Promise.all([first, second].map((registry) => post(registry, "submit-report", nil, other)));
      expect(unkeyed.map(({ status }) => status).sort()).toEqual([200, 201]);
    });

    it("run each moment of the schedule once between them", async () => {
      const runs = async (registry: RegistryProcess): Promise<number> => {
        const text = await (await fetch(`${registry.url}/metrics`)).text();
        return [...text.matchAll(/omla_job_runs_total\{job="(?!notice)[^"]+",outcome="done"\} (\d+)/g)].reduce(
          (sum, [, count]) => sum + Number(count),
          0,
        );
      };
      await vi.waitFor(async () => expect((await runs(first)) + (await runs(second))).toBeGreaterThanOrEqual(6), WAIT);
      const { rows } = await database.owner((client) =>
        client.query(
          "select data ->> 'job' as job, data ->> 'slot' as slot, count(*)::int as n from boss.job where name = 'schedule' group by 1, 2",
        ),
      );
      expect((rows as { n: number }[]).map(({ n }) => n)).toEqual(rows.map(() => 1));
      expect(rows.length).toBeGreaterThanOrEqual(6);
    });
  });
}
