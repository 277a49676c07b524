import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sendNotice } from "../../../src/domain/notices/sender.ts";
import type { Notice } from "../../../src/domain/notices/service.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { type Company, registerCompany, registerModel, type SignedModel } from "../../helpers/factories.ts";

/** A registry that sends mail. */
let test: TestApp;
let model: SignedModel;
let company: Company;
beforeAll(async () => {
  test = await createTestApp({ config: { smtpUrl: "smtp://localhost" } });
  model = await registerModel(test);
});
afterAll(() => test.close());
beforeEach(async () => {
  company = await registerCompany(test);
});

const report = (quarter = "2026-Q2") => ({
  quarter,
  entries: [{ model: model.address, inferences: 1, revenue_usd: "10", run_cost_usd: "0" }],
});
const submit = (key = company.api_key) => test.post("/functions/v1/submit-report", report(), key);

/** Sends the newest notice and gives the token in its mail. */
async function newestToken(): Promise<string> {
  await sendNotice(test.ctx, test.queued.at(-1)?.data as Notice);
  return /"token":"([^"]+)"/.exec(test.mails.at(-1)?.text ?? "")?.[1] ?? "";
}

describe("a company whose address is not confirmed, at a registry that sends mail", () => {
  it("files no live report by any way, until it has confirmed the address", async () => {
    const row = { model_id: model.model_id, quarter: "2026-Q2", revenue_usd: "10", run_cost_usd: "0" };
    const refusals = [
      await submit(),
      await test.post("/functions/v1/amend-report", report(), company.api_key),
      await test.post("/rest/v1/usage_reports", row, company.api_key),
    ];
    for (const refusal of refusals) expect([refusal.statusCode, refusal.json()]).toMatchObject([403, { code: "EMAIL_UNCONFIRMED" }]);
    expect((await test.post("/functions/v1/send-confirmation", {}, company.api_key)).statusCode).toBe(200);
    await test.post("/functions/v1/confirm-email", { token: await newestToken() });
    expect((await submit()).statusCode).toBe(201);
  });

  it("may quote, and report with a test key, which counts against nobody", async () => {
    expect((await test.post("/functions/v1/quote", report(), company.api_key)).statusCode).toBe(200);
    const { api_key } = (await test.post("/functions/v1/create-api-key", { live: false }, company.api_key)).json();
    expect((await submit(api_key)).statusCode).toBe(201);
  });

  it("has not confirmed it when the owner of the address signs in: a stranger may have registered the company with it", async () => {
    await test.post("/functions/v1/company-session", { email: "office@example.com" });
    const notice = test.queued.findLast(({ data }) => (data as Notice).company_id === company.company_id)?.data as Notice;
    await sendNotice(test.ctx, notice);
    const token = /"token":"([^"]+)"/.exec(test.mails.at(-1)?.text ?? "")?.[1];
    expect((await test.post("/functions/v1/company-session", { token })).statusCode).toBe(200);
    expect((await submit()).json()).toMatchObject({ code: "EMAIL_UNCONFIRMED" });
  });

  it("confirms it once, however often the token is sent: the audit log has one row", async () => {
    await test.post("/functions/v1/send-confirmation", {}, company.api_key);
    const token = await newestToken();
    for (let at = 0; at < 3; at += 1)
      expect((await test.post("/functions/v1/confirm-email", { token })).json()).toEqual({
        company_id: company.company_id,
        confirmed: true,
      });
    const audited = "select count(*)::int as n from omla.audit_log where action = 'company.confirm_email' and entity_id = $1";
    expect(await test.rows(audited, [company.company_id])).toEqual([{ n: 1 }]);
  });
});

describe("a registry without a mail server", () => {
  it("cannot ask for a confirmation, and takes reports", async () => {
    const silent = await createTestApp();
    try {
      const registered = await registerModel(silent);
      const { api_key } = await registerCompany(silent);
      const entries = [{ model: registered.address, inferences: 1, revenue_usd: "10", run_cost_usd: "0" }];
      expect((await silent.post("/functions/v1/submit-report", { quarter: "2026-Q2", entries }, api_key)).statusCode).toBe(201);
    } finally {
      await silent.close();
    }
  });
});
