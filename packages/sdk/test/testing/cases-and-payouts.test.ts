import { createClient } from "@omla/sdk";
import {
  buildHosterClaim,
  buildHosterReport,
  buildHosterVerification,
  generateKeyPair,
  hostMessage,
  sign,
  signDocument,
} from "@omla/sdk/protocol";
import { type AddedModel, createTestRegistry, type TestRegistry } from "@omla/sdk/testing";
import { beforeEach, describe, expect, it } from "vitest";

type Client = ReturnType<typeof createClient>;
const QUARTER = "2026-Q2";

let registry: TestRegistry;
let parent: AddedModel;
let model: AddedModel;
let company: Client;
let companyId: string;
let companyKey: string;
let line: string;
beforeEach(async () => {
  registry = await createTestRegistry();
  parent = await registry.addModel();
  const lineage = [{ parent_id: parent.model_id, relationship: "fine-tune" as const, contribution_weight: "0.25" }];
  model = await registry.addModel({ lineage, hoster_share_pct: "10" });
  const added = registry.addCompany();
  companyId = added.company_id;
  companyKey = added.api_key;
  company = connect({ apiKey: added.api_key });
});

function connect(credentials: object): Client {
  return createClient({ url: registry.url, fetch: registry.fetch, retries: 0, now: () => registry.clock.now(), ...credentials });
}

async function session({ keys }: AddedModel): Promise<Client> {
  return connect({ accessToken: (await connect({}).signIn(keys)).access_token });
}

async function report(): Promise<void> {
  const entries = [{ model: model.address, inferences: 1, revenue_usd: "100", run_cost_usd: "0" }];
  line = (await company.report({ quarter: QUARTER, entries })).lines[0]?.report_id ?? "";
}

async function statusOf(): Promise<string | null | undefined> {
  return (await company.reports.get(QUARTER))?.lines[0]?.status;
}

async function amounts(client: Client): Promise<string[]> {
  const rows: string[] = [];
  for await (const { amount_usd, status } of client.payments.list()) rows.push(`${amount_usd} ${status}`);
  return rows.sort();
}

/** Somebody hosts the model, with a wallet of the parent's creator, and the model's key has confirmed it. */
async function host(): Promise<void> {
  const keys = await generateKeyPair();
  const head = { issued_at: registry.clock.now(), registry: registry.url, model_id: model.model_id, hoster_pubkey: keys.publicKey };
  const host_signature = await sign(hostMessage(model.model_id), keys.secretKey);
  const claim = buildHosterClaim({ ...head, name: "Rack", wallet: parent.address, host_signature });
  await company.hosters.claim(await signDocument("hoster-claim", claim, keys.secretKey));
  const word = buildHosterVerification({ ...head, verified: true, nonce: 1 });
  await company.hosters.verify(await signDocument("hoster-verification", word, model.keys.secretKey));
  const volume = buildHosterReport({ ...head, quarter: QUARTER, inferences: 7, revision: 1 });
  await company.hosters.report(await signDocument("hoster-report", volume, keys.secretKey));
}

describe("a payout of the testing kit", () => {
  it("brings a line's money to creators by the lineage and to hosters, once; each sees their own", async () => {
    await host();
    await report();
    expect(registry.payOut(QUARTER)).toBe(0);
    // 0.30 of 100 is 30; a tenth of it is the hoster's 3, and of the other 27 a quarter goes up: 6.75 and 20.25.
    registry.receivePayment({ company_id: companyId, amount_usd: "30" });
    expect(registry.payOut("2026-Q1")).toBe(0);
    expect([registry.payOut(QUARTER), registry.payOut(QUARTER)]).toEqual([3, 0]);
    expect(await statusOf()).toBe("paid");
    expect(await amounts(await session(parent))).toEqual(["3.000000 completed", "6.750000 completed"]);
    expect(await amounts(await session(model))).toEqual(["20.250000 completed"]);
    expect(await amounts(company)).toHaveLength(3);
    expect(await amounts(connect({}))).toEqual([]);
    expect(await amounts(connect({ apiKey: registry.addKey(companyId, "test") }))).toEqual([]);
  });

  it("leaves out a line that a dispute holds, until the board has decided", async () => {
    await report();
    const creator = await session(model);
    const { dispute_id } = await creator.disputes.open({ report_id: line, description: "Too low.", proposed: { revenue_usd: "200" } });
    expect(await statusOf()).toBe("disputed");
    registry.receivePayment({ company_id: companyId, amount_usd: "30", report_ids: [line] });
    expect([await statusOf(), registry.payOut(QUARTER)]).toEqual(["funded", 0]);
    registry.rejectDispute(dispute_id);
    expect(registry.payOut(QUARTER)).toBe(2);
  });
});

describe("a dispute of the testing kit", () => {
  it("counts its 90 days from the first one, also where the money came before it and went back after it", async () => {
    registry.clock.set("2026-08-01T00:00:00Z");
    await report();
    registry.receivePayment({ company_id: companyId, amount_usd: "30", report_ids: [line] });
    await (await session(model)).disputes.open({ report_id: line, description: "Too low." });
    registry.clock.advance({ days: 80 });
    registry.setLineStatus(line, "disputed");
    const headers = { authorization: `Bearer ${companyKey}` };
    const answer = await registry.fetch(new Request(`${registry.url}/rest/v1/usage_reports`, { headers }));
    expect(await answer.json()).toMatchObject([{ status: "disputed", disputed_at: "2026-08-01T00:00:00Z" }]);
  });
});

describe("an audit of the testing kit", () => {
  it("disputes and holds the line where nobody answers for fourteen days", async () => {
    await report();
    const creator = await session(model);
    const { audit_id, answer_by } = await creator.audits.request({ report_id: line, description: "Show the logs." });
    expect(answer_by).toBe("2026-07-15T00:00:00Z");
    registry.clock.set("2026-07-15T00:00:01Z");
    expect(await statusOf()).toBe("disputed");
    registry.waiveAudit(audit_id);
    expect(await statusOf()).toBe("submitted");
  });

  it("is refused to a company and to strangers, and nothing of a test ledger is disputed", async () => {
    await report();
    const stranger = connect({ accessToken: (await connect({}).signIn(await generateKeyPair())).access_token });
    await expect(stranger.disputes.open({ report_id: line, description: "x" })).rejects.toMatchObject({ code: "REPORT_NOT_FOUND" });
    const rehearsal = connect({ apiKey: registry.addKey(companyId, "test") });
    await expect(rehearsal.disputes.open({ report_id: line, description: "x" })).rejects.toMatchObject({ code: "LINE_TEST" });
    await expect(connect({}).disputes.open({ report_id: line, description: "x" })).rejects.toMatchObject({ code: "PARTY_NEEDED" });
  });
});
