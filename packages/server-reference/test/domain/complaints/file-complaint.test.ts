import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { registerCompany, registerModel } from "../../helpers/factories.ts";

const URL = "/functions/v1/file-complaint";
let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

const complaint = (kind: string, id: string, more: object = {}): object => ({
  target: { kind, id },
  reason: "OTHER",
  description: "Something is wrong.",
  ...more,
});

describe("file-complaint", () => {
  it("puts a model under review at once, and gives a receipt that only the complainant knows", async () => {
    const model = await registerModel(test);
    const answer = await test.post(URL, complaint("model", model.address, { contact_email: "me@example.org" }));
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({
      receipt: expect.stringMatching(/^[0-9B-Z]{5}(-[0-9B-Z]{5}){3}$/),
      status: "open",
      filed_at: "2026-05-15T12:00:00Z",
    });
    expect(await test.rows("select state, previous_state from omla.compliance_state where id = $1", [model.model_id])).toEqual([
      { state: "UNDER_REVIEW", previous_state: "REGISTERED" },
    ]);
    const svg = await test.get(`/badge/${model.address}.svg`);
    expect(svg.body).toContain("under review");
    const audit = await test.rows(
      "select d.detail from omla.audit_log l join omla.audit_details d using (seq) where l.action = 'complaint.file'",
    );
    expect(JSON.stringify(audit)).not.toContain("me@example.org");
  });

  it("takes a company by its id", async () => {
    const { company_id } = await registerCompany(test);
    expect((await test.post(URL, complaint("commercial_user", company_id))).statusCode).toBe(201);
  });

  it.each([
    ["a model that nobody registered", complaint("model", "omla1qqqqqqqqqqqqqqqqqqqqqqqqqqgr6t2a"), 404, "MODEL_NOT_FOUND", "target.id"],
    ["a company that is none", complaint("commercial_user", "nobody"), 422, "TARGET_UNKNOWN", "target.id"],
    ["another kind", complaint("hoster", "x"), 400, "INPUT_INVALID", "target.kind"],
    ["no description", complaint("model", "x", { description: "   " }), 400, "INPUT_INVALID", "description"],
    ["no reason of the list", complaint("model", "x", { reason: "REVENGE" }), 400, "INPUT_INVALID", "reason"],
    ["an address that is none", complaint("model", "x", { contact_email: "me" }), 400, "INPUT_INVALID", "contact_email"],
    ["a status", complaint("model", "x", { status: "dismissed" }), 400, "INPUT_INVALID", undefined],
  ])("refuses %s", async (_name, body, status, code, path) => {
    const answer = await test.post(URL, body);
    expect([answer.statusCode, answer.json().code, answer.json().details?.path]).toEqual([status, code, path]);
  });
});
