import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { validateXML } from "xmllint-wasm";
import { makeSepaFile, printSepaFile } from "../../../src/domain/rails/sepa-service.ts";
import type { TestApp } from "../../helpers/app.ts";
import { signedInMember, signIn, type TestMember } from "../../helpers/board.ts";
import type { SignedModel } from "../../helpers/factories.ts";
import { refused } from "../../helpers/refused.ts";
import { file, ledger, receive } from "../collections/arrange-money.ts";
import { createHandStage, euroPayee, HAND_RAILS, payee, payOut, QUARTER } from "./hand-stage.ts";

const SCHEMA = readFileSync(join(import.meta.dirname, "../../rails/pain.001.001.09.subset.xsd"), "utf8");
let test: TestApp;
let ada: SignedModel;
let runId: string;
let treasurer: TestMember;

const open = async (): Promise<{ transfer_id: string; rail: string; destination: string; currency: string; amount: string }[]> =>
  (await test.get("/admin/v1/transfers", { authorization: `Bearer ${treasurer.token}` })).json().transfers;

beforeAll(async () => {
  const stage = await createHandStage();
  ({ test } = stage);
  ada = await euroPayee(test, "Ada's", "DE89370400440532013000;Ada Lovelace");
  const bob = await payee(test, "Bob's", "wise", "@bob");
  await file(test, stage.company, [
    [ada, "100"],
    [bob, "200"],
  ]);
  await receive(test, stage.company, "90");
  const { state, run_id } = await payOut(test);
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
    const audit = await test.rows("select action from omla.audit_log where action = 'payout.sepa-file'");
    expect(audit).toHaveLength(1);
  });

  it("is in no second file, and a file that was lost is printed again byte for byte", async () => {
    expect(await refused(makeSepaFile(test.ctx, runId))).toMatchObject({
      code: "SEPA_NOTHING",
      message: expect.stringContaining("1 files"),
    });
    const [first] = await test.rows("select sha256::text from omla.sepa_files");
    const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
    test.clock.advance({ days: 1 });
    const again = await printSepaFile(test.ctx, runId, 1);
    expect([sha256(again.xml), again.number, again.total]).toEqual([first?.["sha256"], 1, "26.900000"]);
    // Another account of the association's since then changes nothing of what was made.
    Object.assign(test.ctx.config, { rails: { ...HAND_RAILS, sepa: { ...HAND_RAILS.sepa, name: "Somebody else" } } });
    expect((await printSepaFile(test.ctx, runId, 1)).xml).toBe(again.xml);
    Object.assign(test.ctx.config, { rails: HAND_RAILS });
    expect((await refused(printSepaFile(test.ctx, runId, 2))).code).toBe("SEPA_FILE_UNKNOWN");
    expect(await test.rows("select 1 from omla.audit_log where action = 'payout.sepa-file-again'")).toHaveLength(2);
  });

  it("is complete once the board confirms it with a reference, and once is enough", async () => {
    await signIn(test, treasurer);
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
    Object.assign(test.ctx.config, { rails: { ...HAND_RAILS, sepa: { iban: undefined, name: undefined, bic: undefined } } });
    expect((await refused(makeSepaFile(test.ctx, runId))).code).toBe("RAIL_OFF");
  });
});
