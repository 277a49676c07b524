import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { PostgrestClient } from "@supabase/postgrest-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRegistry, type Registry } from "./registry.ts";
import { CALLERS, contextOf, credentialOf, type HttpCall, SEED_CALLS, type SeedCall, summary } from "./seed-calls.ts";

const run = promisify(execFile);

/** A registry that listens, with a payment to the child's wallet. */
async function listening(): Promise<{ registry: Registry; url: string }> {
  const registry = await createRegistry();
  await registry.test.rows(
    "insert into omla.payments (model_id, wallet_id, report_id, quarter, amount_usd, rail) values ($1, $2, $3, '2026-Q2', 1, 'stripe')",
    [registry.child.model_id, registry.wallet_id, registry.report_id],
  );
  return { registry, url: `${await registry.test.app.listen({ port: 0, host: "127.0.0.1" })}/rest/v1` };
}

/** What the program curl prints for a call, as somebody would type it. */
async function curl(
  url: string,
  { method, path, body, prefer }: HttpCall,
  credential: string | undefined,
): Promise<readonly [number, unknown]> {
  const headers = [
    ...(credential === undefined ? [] : [`apikey: ${credential}`, `Authorization: Bearer ${credential}`]),
    ...(body === undefined ? [] : ["Content-Type: application/json"]),
    ...(prefer === undefined ? [] : [`Prefer: ${prefer}`]),
  ].flatMap((header) => ["-H", header]);
  const data = body === undefined ? [] : ["-d", JSON.stringify(body)];
  const given = method === undefined ? [] : ["-X", method];
  const { stdout } = await run("curl", [
    "--silent",
    "--show-error",
    ...given,
    ...headers,
    ...data,
    "--write-out",
    "\n%{http_code}",
    url + path,
  ]);
  const at = stdout.lastIndexOf("\n");
  return summary(Number(stdout.slice(at + 1)), JSON.parse(stdout.slice(0, at)));
}

describe("every call of the documentation's tables, by the program curl", () => {
  let registry: Registry;
  let url: string;
  beforeAll(async () => {
    await run("curl", ["--version"]).catch(() => {
      throw new Error("these tests run the program curl: install it (apt-get install curl)");
    });
    ({ registry, url } = await listening());
  });
  afterAll(() => registry.test.close());

  it.each(SEED_CALLS.map((call): [string, SeedCall] => [call.call, call]))("%s", async (_name, { http, expected }) => {
    for (const caller of CALLERS) {
      const context = await contextOf(registry);
      expect([caller, await curl(url, http(context), credentialOf(registry, caller))]).toEqual([caller, expected[caller]]);
    }
  });
});

describe("every call of the documentation's tables, by @supabase/postgrest-js", () => {
  let registry: Registry;
  let url: string;
  beforeAll(async () => {
    ({ registry, url } = await listening());
  });
  afterAll(() => registry.test.close());

  it.each(SEED_CALLS.map((call): [string, SeedCall] => [call.call, call]))("%s", async (_name, { client, expected }) => {
    for (const caller of CALLERS) {
      const key = credentialOf(registry, caller) ?? "anon";
      const { status, data, error } = await client(
        new PostgrestClient(url, { headers: { apikey: key, authorization: `Bearer ${key}` } }),
        await contextOf(registry),
      );
      expect([caller, summary(status, data ?? error)]).toEqual([caller, expected[caller]]);
    }
  });

  it("show what is private to whom it belongs", async () => {
    const seen: Record<string, unknown> = {};
    for (const caller of CALLERS) {
      const key = credentialOf(registry, caller) ?? "anon";
      const { data } = await new PostgrestClient(url, { headers: { authorization: `Bearer ${key}` } })
        .from("models")
        .select("creator_email,wallets(rail_identifier)")
        .eq("id", registry.child.model_id)
        .single();
      seen[caller] = data;
    }
    const nothing = { creator_email: null, wallets: [{ rail_identifier: null }] };
    const all = { creator_email: "creator@example.org", wallets: [{ rail_identifier: "acct_test" }] };
    expect(seen).toEqual({ anonymous: nothing, creator: all, company: nothing, stranger: nothing, operator: all });
  });
});
