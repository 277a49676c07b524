import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { signedInMember } from "../../helpers/board.ts";
import { registerCompany, registerModel } from "../../helpers/factories.ts";
import { sessionOf } from "../../helpers/session.ts";
import { file } from "../collections/arrange-money.ts";

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

it("the words of a dispute and an audit are erased for good, also from the answers that are remembered", async () => {
  const model = await registerModel(test);
  const company = await registerCompany(test);
  const [line = ""] = await file(test, company, [[model, "1000"]]);
  const member = await signedInMember(test);
  const creator = await sessionOf(test, model.keys);
  const once = (key: string): Record<string, string> => ({ "idempotency-key": key });
  const words = { report_id: line, description: "Jane Doe of accounts told me." };
  const { dispute_id } = (await test.post("/functions/v1/open-dispute", words, creator, once("dispute"))).json() as Record<string, string>;
  const rejected = { decision: "reject", resolution: "Jane Doe was mistaken." };
  expect((await test.post(`/admin/v1/disputes/${dispute_id}/decide`, rejected, member.token, once("reject"))).statusCode).toBe(200);
  const { audit_id } = (await test.post("/functions/v1/request-audit", words, creator, once("audit"))).json() as Record<string, string>;
  const books = { name: "Jane Doe.csv", media_type: "text/csv", content: Buffer.from("day,usd\n1,1000\n").toString("base64") };
  const answer = { audit_id, description: "Jane Doe kept the books.", evidence: [books] };
  expect((await test.post("/functions/v1/respond-audit", answer, company.api_key, once("answer"))).statusCode).toBe(200);
  const waived = { decision: "waive", resolution: "Jane Doe has shown them." };
  expect((await test.post(`/admin/v1/audits/${audit_id}/decide`, waived, member.token, once("waive"))).statusCode).toBe(200);
  for (const [what, id] of [
    ["dispute", dispute_id],
    ["audit", audit_id],
  ]) {
    const erase = () => test.post("/admin/v1/redactions", { what, id, reason: "Asked for by the person." }, member.token);
    expect((await erase()).json()).toEqual({ erased: 1 });
    expect((await erase()).statusCode).toBe(404);
  }
  const kept = await Promise.all(
    ["idempotency_keys", "usage_dispute_private", "usage_audit_private", "audit_details"].map((table) =>
      test.rows(`select * from omla.${table}`),
    ),
  );
  expect(JSON.stringify(kept)).toContain(dispute_id);
  expect(JSON.stringify(kept)).not.toContain("Jane Doe");
  expect(await test.rows("select bad_seq from omla.audit_verify()")).toEqual([{ bad_seq: null }]);
});
