import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { registerCompany, registerModel } from "../../helpers/factories.ts";

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

it("due tells what is owed and by when: payments of filed lines, and quarters that nobody reported", async () => {
  const model = await registerModel(test);
  const { company_id, api_key } = await registerCompany(test);
  const due = async (): Promise<Record<string, unknown>> => (await test.post("/functions/v1/due", {}, api_key)).json();
  expect(await due()).toMatchObject({
    company_id,
    state: "REGISTERED",
    reporting_from: null,
    reports: [],
    payments: [],
    total_usd: "0.000000",
  });

  const entries = [{ model: model.address, inferences: 1, revenue_usd: "1000", run_cost_usd: "0" }];
  await test.post("/functions/v1/submit-report", { quarter: "2026-Q2", entries }, api_key);
  expect(await due()).toMatchObject({
    state: "REPORTING",
    reporting_from: "2026-Q2",
    reports: [],
    payments: [
      {
        quarter: "2026-Q2",
        model_id: model.model_id,
        status: "submitted",
        net_royalty_usd: "300.000000",
        due_at: "2026-07-31T00:00:00Z",
        late: false,
      },
    ],
    total_usd: "300.000000",
  });

  // One second after the deadline it is late; the third quarter ended on 1 October and is due on the 31st.
  test.clock.set("2026-10-01T00:00:00Z");
  expect(await due()).toMatchObject({
    payments: [{ late: true }],
    reports: [{ quarter: "2026-Q3", due_at: "2026-10-31T00:00:00Z", late: false }],
  });
  test.clock.set("2026-10-31T00:00:01Z");
  expect(await due()).toMatchObject({ reports: [{ quarter: "2026-Q3", late: true }] });

  await test.post("/functions/v1/amend-report", { quarter: "2026-Q2", entries: [] }, api_key);
  expect(await due()).toMatchObject({ payments: [], total_usd: "0.000000" });
});
