import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type Dispute } from "@omla/sdk";
import type { TestRegistry } from "@omla/sdk/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, REGISTRY, type TestApp } from "../../../server-reference/test/helpers/app.ts";
import { type Company, registerCompany, registerModel, type SignedModel } from "../../../server-reference/test/helpers/factories.ts";
import { gather } from "../../src/cli/case-options.ts";
import { json, runOmla } from "../cli/run-omla.ts";

let server: TestApp;
let model: SignedModel;
let company: Company;
let folder: string;
beforeAll(async () => {
  server = await createTestApp();
  model = await registerModel(server);
  folder = mkdtempSync(join(tmpdir(), "omla-cases-"));
  writeFileSync(join(folder, "creator.key"), `${model.keys.secretKey}\n`);
  writeFileSync(join(folder, "export.csv"), "day,usd\n1,1000\n");
  writeFileSync(join(folder, "notes.docx"), "no");
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.close();
});

async function inject(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const body = request.method === "GET" ? {} : { payload: await request.text() };
  const headers = Object.fromEntries(request.headers);
  const answer = await server.app.inject({ method: request.method as "GET", url: pathname + search, headers, ...body });
  return new Response(answer.body, { status: answer.statusCode, headers: answer.headers as Record<string, string> });
}

const client = (credentials: { apiKey?: string; accessToken?: string } = {}): ReturnType<typeof createClient> =>
  createClient({ url: REGISTRY, fetch: inject, now: () => server.clock.now(), retries: 0, ...credentials });

/** The real registry, where the command line's tests usually have the testing kit's. */
const registry = (): TestRegistry => ({ url: REGISTRY, fetch: inject, clock: server.clock }) as unknown as TestRegistry;

async function newLine(): Promise<string> {
  company = await registerCompany(server);
  const entries = [{ model: model.address, inferences: 1, revenue_usd: "1000", run_cost_usd: "0" }];
  const receipt = await client({ apiKey: company.api_key }).report({ quarter: "2026-Q2", entries });
  return receipt.lines[0]?.report_id ?? "";
}

describe("disputes", () => {
  it("are opened, listed by both sides and withdrawn", async () => {
    const report_id = await newLine();
    const { access_token } = await client().signIn(model.keys);
    const creator = client({ accessToken: access_token });
    const evidence = [{ name: "a.txt", media_type: "text/plain" as const, content: new TextEncoder().encode("2000") }];
    const opened = await creator.disputes.open({ report_id, description: "It was more.", proposed: { revenue_usd: 2000.5 }, evidence });
    expect(opened).toMatchObject({ status: "open", proposed: { revenue_usd: "2000.500000" }, evidence: [{ size: 4 }] });
    const [seen] = await gather(client({ apiKey: company.api_key }).disputes.list());
    expect(seen).toMatchObject({ dispute_id: opened.dispute_id, line: { status: "disputed" } });
    expect(await creator.disputes.withdraw(opened.dispute_id)).toMatchObject({ status: "withdrawn" });
    await expect(creator.disputes.withdraw(opened.dispute_id)).rejects.toMatchObject({ name: "OmlaConflictError", code: "CASE_CLOSED" });
    const wrong = creator.disputes.open({ report_id, description: "x", proposed: { revenue_usd: "1,5" } });
    await expect(wrong).rejects.toMatchObject({ name: "OmlaInputError", path: "proposed.revenue_usd" });
  });

  it("are opened from the command line, with the key that is named or else the company's", async () => {
    const report_id = await newLine();
    const around = { folder, registry: registry(), env: { OMLA_API_KEY: company.api_key } };
    const open = ["dispute", "open", report_id, "--description", "More.", "--revenue", "2000", "--evidence", "export.csv", "--json"];
    const mine = json(await runOmla([...open, "--key", "creator.key"], around)) as unknown as Dispute[];
    expect(mine).toMatchObject([{ party_kind: "creator", status: "open", evidence: [{ media_type: "text/csv" }] }]);
    expect(json(await runOmla(open, around))).toMatchObject([{ party_kind: "company" }]);
    const list = await runOmla(["dispute", "list"], around);
    expect([list.code, list.out]).toEqual([0, expect.stringContaining(mine[0]?.dispute_id ?? "none")]);
    const withdrawn = await runOmla(["dispute", "withdraw", mine[0]?.dispute_id ?? "", "--key", "creator.key"], around);
    expect(withdrawn.out).toContain("withdrawn");
  });

  it("exit 2 on wrong use, and name a file that is no evidence", async () => {
    const around = { folder, registry: registry(), env: { OMLA_API_KEY: company.api_key } };
    for (const args of [
      ["dispute", "close"],
      ["dispute", "open"],
      ["dispute", "list", "x"],
      ["dispute", "open", "x"],
      ["audit", "respond", "x", "--description", "y"],
    ])
      expect((await runOmla(args, around)).code, args.join(" ")).toBe(2);
    const bad = await runOmla(["dispute", "open", "x", "--description", "y", "--evidence", "notes.docx"], around);
    expect([bad.code, bad.err]).toEqual([1, expect.stringContaining("FILE_TYPE")]);
    expect(bad.err).not.toContain(company.api_key);
  });
});

describe("audits", () => {
  it("are asked for by a creator and answered by the company", async () => {
    const report_id = await newLine();
    const creator = client({ accessToken: (await client().signIn(model.keys)).access_token });
    const { audit_id, answer_by } = await creator.audits.request({ report_id, description: "The invoices, please." });
    expect(answer_by).toBe("2026-05-29T12:00:00Z");
    const payer = client({ apiKey: company.api_key });
    expect((await gather(payer.audits.list()))[0]).toMatchObject({ audit_id, status: "requested" });
    const evidence = [{ name: "a.csv", media_type: "text/csv" as const, content: new TextEncoder().encode("a,b\n") }];
    expect(await payer.audits.respond({ audit_id, description: "Here.", evidence })).toMatchObject({ status: "answered" });
  });

  it("go through the command line", async () => {
    const report_id = await newLine();
    const around = { folder, registry: registry(), env: { OMLA_API_KEY: company.api_key } };
    const asked = json(
      await runOmla(["audit", "request", report_id, "--description", "Show it.", "--key", "creator.key", "--json"], around),
    );
    const id = String(asked[0 as never]?.["audit_id"]);
    const answered = await runOmla(["audit", "respond", id, "--description", "Here.", "--evidence", "export.csv"], around);
    expect([answered.code, answered.out]).toEqual([0, expect.stringContaining("answered")]);
    expect((await runOmla(["audit", "list"], around)).out).toContain(id);
  });
});
