import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { type Company, registerCompany, registerModel, type SignedModel } from "../../helpers/factories.ts";
import { receive } from "../collections/arrange-money.ts";

const SUBMIT = "/functions/v1/submit-report";
let test: TestApp;
let models: SignedModel[];
beforeAll(async () => {
  test = await createTestApp();
  models = [await registerModel(test, { name: "Fox" }), await registerModel(test, { name: "Owl" })];
});
afterAll(() => test.close());

const entryOf = (model: SignedModel | undefined, revenue_usd = "100"): object => ({
  model: model?.address,
  inferences: 1,
  revenue_usd,
  run_cost_usd: "0",
});
const reportOf = (revenue_usd = "100", quarter = "2026-Q2"): object => ({
  quarter,
  entries: models.map((model) => entryOf(model, revenue_usd)),
});
const companies = (count: number): Promise<Company[]> =>
  Array.from({ length: count }).reduce<Promise<Company[]>>(
    async (made) => [...(await made), await registerCompany(test)],
    Promise.resolve([]),
  );

/** Everything that a filing of a company left behind. */
const traces = async ({ company_id }: Company): Promise<unknown> =>
  (
    await test.rows(
      `select (select count(*)::int from omla.submissions where reporter_id = $1) as submissions,
              (select count(*)::int from omla.usage_reports where reporter_id = $1) as lines,
              (select count(*)::int from omla.ledger_entries where account = 'receivable:' || $1) as receivables,
              (select count(*)::int from omla.audit_log where actor = $1::text and action = 'report.submit') as audited,
              (select count(*)::int from omla.idempotency_keys where scope like '%' || $1 || '%') as keys,
              (select reporting_from from omla.commercial_users where id = $1::uuid) as reporting_from,
              (select state from omla.compliance_state where commercial_user_id = $1::uuid) as state`,
      [company_id],
    )
  )[0];
const FILED = { submissions: 1, lines: 2, receivables: 1, audited: 1, keys: 1, reporting_from: "2026-Q2", state: "REPORTING" };
const NOTHING = { submissions: 0, lines: 0, receivables: 0, audited: 0, keys: 0, reporting_from: null, state: "REGISTERED" };

async function expectSoundLog(): Promise<void> {
  expect(await test.rows("select bad_seq from omla.audit_verify()")).toEqual([{ bad_seq: null }]);
}

describe("reports that are filed at the same moment", () => {
  it("are each stored once, with all that follows from them, and leave the audit chain whole", async () => {
    const filing = await companies(24);
    const answers = await Promise.all(filing.map(({ api_key }) => test.post(SUBMIT, reportOf(), api_key, { "idempotency-key": "q2" })));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(filing.map(() => 201));
    expect(answers.map((answer) => answer.json().company_id)).toEqual(filing.map(({ company_id }) => company_id));
    for (const company of filing) expect(await traces(company)).toEqual(FILED);
    await expectSoundLog();
  });

  it("are told their own lines, and told the same again under the same key", async () => {
    const filing = await companies(6);
    const send = (): Promise<unknown[]> =>
      Promise.all(filing.map(async ({ api_key }) => (await test.post(SUBMIT, reportOf(), api_key, { "idempotency-key": "q2" })).json()));
    const first = await send();
    const stored = await test.rows("select id from omla.usage_reports where reporter_id = any ($1::uuid[])", [
      filing.map(({ company_id }) => company_id),
    ]);
    const told = first.flatMap((receipt) => (receipt as { lines: { report_id: string; status: string }[] }).lines);
    expect(told.map(({ report_id }) => report_id).sort()).toEqual(stored.map(({ id }) => id).sort());
    expect(told.every(({ status }) => status === "submitted")).toBe(true);
    expect(await send()).toEqual(first);
  });

  it("take their turn where they are one company's: the same content is one report, other content is refused", async () => {
    const company = await registerCompany(test);
    const same = await Promise.all([1, 2, 3].map(() => test.post(SUBMIT, reportOf(), company.api_key)));
    expect(same.map(({ statusCode }) => statusCode).sort()).toEqual([200, 200, 201]);
    expect(new Set(same.map((answer) => answer.json().submission_id)).size).toBe(1);
    const rival = await registerCompany(test);
    const other = await Promise.all(["100", "200"].map((revenue) => test.post(SUBMIT, reportOf(revenue), rival.api_key)));
    expect(other.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409]);
    expect(await traces(rival)).toEqual({ ...FILED, keys: 0 });
    await expectSoundLog();
  });

  it("of two quarters both count for the company's duty", async () => {
    const company = await registerCompany(test);
    const quarters = ["2026-Q2", "2025-Q4", "2026-Q1"];
    const answers = await Promise.all(quarters.map((quarter) => test.post(SUBMIT, reportOf("100", quarter), company.api_key)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201]);
    expect(await traces(company)).toMatchObject({ submissions: 3, reporting_from: "2025-Q4" });
  });

  it("are paid by money that waits for them", async () => {
    const company = await registerCompany(test);
    await receive(test, company, "50");
    const answer = await test.post(SUBMIT, reportOf(), company.api_key, { "idempotency-key": "paid" });
    // 30 USD are owed for each of the two lines: the first is paid in full, the other in part.
    expect(
      answer
        .json()
        .lines.map(({ status }: { status: string }) => status)
        .sort(),
    ).toEqual(["funded", "submitted"]);
    expect((await test.post(SUBMIT, reportOf(), company.api_key, { "idempotency-key": "paid" })).json()).toEqual(answer.json());
  });

  it("remember under a new key what was filed without one", async () => {
    const company = await registerCompany(test);
    const first = await test.post(SUBMIT, reportOf(), company.api_key);
    const again = await test.post(SUBMIT, reportOf(), company.api_key, { "idempotency-key": "late" });
    expect([again.statusCode, again.json()]).toEqual([200, first.json()]);
    const replay = await test.post(SUBMIT, reportOf(), company.api_key, { "idempotency-key": "late" });
    expect([replay.statusCode, replay.headers["idempotent-replay"]]).toEqual([200, "true"]);
  });
});

describe("a fault in the middle of a filing", () => {
  const STEPS = [
    ["omla.submissions", "new.reporter_id::text"],
    ["omla.usage_reports", "new.reporter_id::text"],
    ["omla.ledger_entries", "replace(new.account, 'receivable:', '')"],
    ["omla.idempotency_keys", "split_part(new.scope, ':', 2)"],
    ["omla.audit_log", "new.actor"],
    ["omla.compliance_state", "new.commercial_user_id::text"],
  ] as const;

  it.each(STEPS)("at %s leaves nothing of it behind, and harms nobody who files at the same moment", async (table, owner) => {
    const [unlucky, ...others] = await companies(4);
    if (unlucky === undefined) throw new Error("there are four");
    await test.rows(`create function public.fault() returns trigger language plpgsql as $$ begin
      if ${owner} = '${unlucky.company_id}' then perform omla.refuse('FAULT', 'a fault of the test', 409); end if; return null; end $$`);
    await test.rows(`create constraint trigger fault after insert or update on ${table} for each row execute function public.fault()`);
    const file = ({ api_key }: Company): ReturnType<TestApp["post"]> => test.post(SUBMIT, reportOf(), api_key, { "idempotency-key": "f" });
    const answers = await Promise.all([unlucky, ...others].map(file));
    await test.rows(`drop trigger fault on ${table}`);
    await test.rows("drop function public.fault()");
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([409, 201, 201, 201]);
    expect(await traces(unlucky)).toEqual(NOTHING);
    for (const company of others) expect(await traces(company)).toEqual(FILED);
    expect((await file(unlucky)).statusCode).toBe(201);
    expect(await traces(unlucky)).toEqual(FILED);
    await expectSoundLog();
  });
});
