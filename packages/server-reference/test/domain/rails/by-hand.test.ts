import { privateDigest } from "@omla/sdk/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { validateXML } from "xmllint-wasm";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { postRate } from "../../../src/domain/currencies/rate-service.ts";
import { runPayout } from "../../../src/domain/payouts/run-service.ts";
import { makeSepaFile } from "../../../src/domain/rails/sepa-service.ts";
import { clearPaymentsJob } from "../../../src/jobs/clear-payments.ts";
import { createRails } from "../../../src/rails/create-rails.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { signedInMember, type TestMember } from "../../helpers/board.ts";
import { type ModelFields, registerCompany, signModel, type SignedModel } from "../../helpers/factories.ts";
import { refused } from "../../helpers/refused.ts";
import { file, ledger, receive } from "../collections/arrange-money.ts";

const SCHEMA = readFileSync(join(import.meta.dirname, "../../rails/pain.001.001.09.subset.xsd"), "utf8");
const QUARTER = "2026-Q2";
const rails = {
  fees: new Map([["sepa" as const, { percentParts: 0n, fixed: 100_000n }]]),
  manual: ["wise" as const],
  sepa: { iban: "NL91ABNA0417164300", name: "Open Model Licensing Association", bic: "ABNANL2A" },
};
let test: TestApp;
let ada: SignedModel;
let bob: SignedModel;
let runId: string;
let treasurer: TestMember;

async function payee(name: string, rail: string, identifier: string, more: ModelFields = {}): Promise<SignedModel> {
  const part = { rail_identifier: identifier, salt: "0123456789abcdef" };
  const draft = await signModel();
  const fields = {
    name,
    wallet: { address: draft.address, rail },
    model_id: draft.model_id,
    private_sha256: await privateDigest(part),
    ...more,
  };
  const model = await signModel(fields as ModelFields, draft.keys);
  const answer = await test.post("/functions/v1/register-model", { document: model.document, private: part });
  if (answer.statusCode !== 201) throw new Error(answer.body);
  return model;
}

const open = async (): Promise<{ transfer_id: string; rail: string; destination: string; currency: string; amount: string }[]> =>
  (await test.get("/admin/v1/transfers", { authorization: `Bearer ${treasurer.token}` })).json().transfers;

beforeAll(async () => {
  test = await createTestApp();
  Object.assign(test.ctx.config, { rails });
  Object.assign(test.ctx, { rails: createRails(test.ctx.config, test.clock) });
  const euros = [
    { code: "EUR", is_backup: false },
    { code: "BTC", is_backup: true },
  ];
  ada = await payee("Ada's", "sepa", "DE89370400440532013000;Ada Lovelace", { creator_currency_prefs: euros } as never);
  bob = await payee("Bob's", "wise", "@bob");
  const company = await registerCompany(test);
  await test.post("/functions/v1/declare-currencies", { currencies: ["USD", "EUR"] }, company.api_key);
  await file(test, company, [
    [ada, "100"],
    [bob, "200"],
  ]);
  await receive(test, company, "90");
  test.clock.set("2026-07-15T09:00:00Z");
  await clearPaymentsJob(test.ctx);
  await test.ctx.db.service((tx) => postRate(tx, { code: "EUR", rate: "0.9", source: "a bank" }, "board-member-1"));
  const { state, run_id } = await runPayout(test.ctx, { quarter: QUARTER, reportId: null, execute: true, resume: false });
  expect(state).toBe("closed");
  runId = run_id ?? "";
  treasurer = await signedInMember(test, "payout");
});
afterAll(() => test.close());

describe("money that a person moves", () => {
  it("is listed for the board with where it goes, and for nobody else", async () => {
    // 30 dollars are 27 euros, less 0.10 that the bank takes; 60 dollars go by hand.
    expect((await open()).map(({ rail, destination, currency, amount }) => [rail, destination, currency, amount]).sort()).toEqual([
      ["sepa", "DE89370400440532013000;Ada Lovelace", "EUR", "26.900000"],
      ["wise", "@bob", "USD", "60.000000"],
    ]);
    const reviewer = await signedInMember(test, "reviewer");
    expect((await test.get("/admin/v1/transfers", { authorization: `Bearer ${reviewer.token}` })).statusCode).toBe(403);
    expect((await test.get("/admin/v1/transfers")).statusCode).toBe(401);
  });

  it("over SEPA goes into one file of the run, as the bank wants it", async () => {
    const { xml, count, total } = await makeSepaFile(test.ctx, runId);
    expect([count, total]).toEqual([1, "26.900000"]);
    const { errors } = await validateXML({
      xml: [{ fileName: "file.xml", contents: xml }],
      schema: [{ fileName: "pain.xsd", contents: SCHEMA }],
    });
    expect(errors).toEqual([]);
    const [transfer] = (await open()).filter(({ rail }) => rail === "sepa");
    expect(xml).toContain(`<MsgId>${runId.replaceAll("-", "")}</MsgId>`);
    expect(xml).toContain(`<EndToEndId>${transfer?.transfer_id.slice(0, 35)}</EndToEndId>`);
    expect(xml).toContain('<InstdAmt Ccy="EUR">26.90</InstdAmt>');
    expect(xml).toContain(`<Ustrd>OMLA royalties ${QUARTER} ${ada.address}</Ustrd>`);
    expect((await makeSepaFile(test.ctx, runId)).xml).toBe(xml);
    const audit = await test.rows("select action from omla.audit_log where action = 'payout.sepa-file'");
    expect(audit).toHaveLength(2);
  });

  it("is complete once the board confirms it with a reference, and once is enough", async () => {
    const confirm = (body: object, credential = treasurer.token) => test.post("/admin/v1/transfers/confirm", body, credential);
    const before = await ledger(test, "payable:", "cash:", "in_transit:");
    for (const { transfer_id } of await open()) {
      const body = { transfer_id, reference: "Statement 7, line 3" };
      expect((await confirm(body)).json()).toEqual({ transfer_id, status: "completed" });
      expect((await confirm(body)).statusCode).toBe(200);
    }
    expect(await open()).toEqual([]);
    expect(await test.rows("select distinct state from omla.transfers")).toEqual([{ state: "completed" }]);
    expect(await test.rows("select distinct status from omla.payments")).toEqual([{ status: "completed" }]);
    expect(await ledger(test, "payable:", "cash:", "in_transit:")).toEqual(before);
    expect(await test.rows("select 1 from omla.audit_log where action = 'transfer.confirm'")).toHaveLength(2);
    const nobody = await confirm({ transfer_id: "0".repeat(64), reference: "x" });
    expect([nobody.statusCode, nobody.json().code]).toEqual([404, "TRANSFER_UNKNOWN"]);
    expect((await confirm({ transfer_id: "0".repeat(64), reference: " " })).json().code).toBe("REFERENCE_MISSING");
  });

  it("makes no second file of what is confirmed, none of a run that is not there, and none without an account", async () => {
    expect((await refused(makeSepaFile(test.ctx, runId))).code).toBe("SEPA_NOTHING");
    expect((await refused(makeSepaFile(test.ctx, "6e9bd9bd-9c3f-4a5e-8a4b-0f3cf4d2b111"))).code).toBe("PAYOUT_RUN_UNKNOWN");
    expect((await refused(makeSepaFile(test.ctx, "not a run"))).code).toBe("PAYOUT_RUN_UNKNOWN");
    Object.assign(test.ctx.config, { rails: { ...rails, sepa: { iban: undefined, name: undefined, bic: undefined } } });
    expect((await refused(makeSepaFile(test.ctx, runId))).code).toBe("RAIL_OFF");
  });
});
