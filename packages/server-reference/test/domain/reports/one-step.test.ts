import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { type Company, registerCompany, registerModel } from "../../helpers/factories.ts";

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

/** Lets each step of compliance leave a row, and be made as before. */
async function watchSteps(): Promise<void> {
  await test.rows("create table public.steps (subject uuid)");
  await test.rows("grant insert on public.steps to omla_owner");
  await test.rows("alter function omla.tick_subject(uuid, text, timestamptz) rename to tick_subject_unwatched");
  await test.rows(`create function omla.tick_subject(subject uuid, actor text, as_of timestamptz) returns text[] language plpgsql as $$ begin
    insert into public.steps values (subject); return omla.tick_subject_unwatched(subject, actor, as_of); end $$`);
  await test.rows("alter function omla.tick_subject(uuid, text, timestamptz) owner to omla_owner");
}

describe("a model that many report at the same moment", () => {
  it("makes its step of compliance once for those that are stored together, and each company its own", async () => {
    const { model_id, address } = await registerModel(test);
    const companies: Company[] = [];
    for (let count = 0; count < 12; count += 1) companies.push(await registerCompany(test));
    await watchSteps();
    const report = { quarter: "2026-Q2", entries: [{ model: address, inferences: 1, revenue_usd: "10", run_cost_usd: "0" }] };
    const answers = await Promise.all(companies.map(({ api_key }) => test.post("/functions/v1/submit-report", report, api_key)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(companies.map(() => 201));
    const [steps] = await test.rows(
      "select count(*) filter (where subject <> $1)::int as companies, count(*) filter (where subject = $1)::int as model from public.steps",
      [model_id],
    );
    expect(steps?.["companies"]).toBe(12);
    expect(steps?.["model"]).toBeLessThan(12);
    expect(await test.rows("select distinct state from omla.compliance_state")).toEqual([{ state: "REPORTING" }]);
  });
});
