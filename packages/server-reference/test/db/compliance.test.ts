import { tickCompliance } from "@omla/sdk/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { type ArrangedModel, refusal, register } from "./arrange.ts";
import { arrangeCompany, arrangeReport } from "./arrange-reports.ts";

let now = new Date("2026-07-01T00:00:00Z");
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ now: () => now });
});
afterAll(() => database.close());

let model: ArrangedModel;
let company: string;
beforeEach(async () => {
  now = new Date("2026-07-01T00:00:00Z");
  model = await register(database);
  company = await arrangeCompany(database, "Acme", "a@example.org");
});

async function tick(subject: string): Promise<string[]> {
  const { rows } = await database.db.service((tx) =>
    tx.query<{ entered: string[] }>("select entered from omla.tick_compliance(array[$1::uuid])", [subject]),
  );
  return rows[0]?.entered ?? [];
}

async function standing(subject: string): Promise<Record<string, unknown> | undefined> {
  const query =
    "select state, previous_state, omla.iso(state_since) as since, omla.iso(blacklisted_at) as listed, reason, case_ref from omla.compliance_state where id = $1";
  return (await database.db.service((tx) => tx.query(query, [subject]))).rows[0];
}

async function dutyFrom(quarter: string, until: string | null = null): Promise<void> {
  await database.db.service((tx) =>
    tx.query("update omla.commercial_users set reporting_from = $2, reporting_until = $3 where id = $1", [company, quarter, until]),
  );
}

async function setStatus(report: string | undefined, status: string): Promise<void> {
  await database.db.transaction("reviewer", {}, (tx) =>
    tx.query(
      "update omla.usage_reports set status = $2, disputed_at = case when $2 = 'disputed' then omla.now_seconds() end where id = $1",
      [report, status],
    ),
  );
}

describe("the tick of a stored subject", () => {
  it("follows a company from its first report to the list and does nothing the second time", async () => {
    now = new Date("2026-10-05T00:00:00Z");
    await arrangeReport(database, { company, quarter: "2026-Q3", lines: [{ model: model.id, revenue: "100" }] });
    await dutyFrom("2026-Q3");
    expect(await tick(company)).toEqual(["REPORTING"]);
    expect(await tick(company)).toEqual([]);
    // Filed on 5 October: due on 4 November. Late on the second after it.
    now = new Date("2026-11-04T00:00:00Z");
    expect(await tick(company)).toEqual([]);
    now = new Date("2026-11-04T00:00:01Z");
    expect(await tick(company)).toEqual(["DELINQUENT"]);
    // 90 days after the deadline: 2 February 2027.
    now = new Date("2027-02-01T23:59:59Z");
    expect(await tick(company)).toEqual([]);
    now = new Date("2027-02-02T00:00:00Z");
    expect(await tick(company)).toEqual(["BLACKLISTED"]);
    expect(await standing(company)).toMatchObject({
      state: "BLACKLISTED",
      since: "2027-02-02T00:00:00Z",
      listed: "2027-02-02T00:00:00Z",
      reason: "DELINQUENT_90D",
      case_ref: expect.stringMatching(/^C-2027-\d{4}$/),
    });
    const { rows } = await database.db.transaction("reviewer", {}, (tx) =>
      tx.query("select before_state, after_state from public.audit_log where entity = 'compliance_state' and entity_id = $1 order by id", [
        company,
      ]),
    );
    expect(rows).toEqual([
      { before_state: "REGISTERED", after_state: "REPORTING" },
      { before_state: "REPORTING", after_state: "DELINQUENT" },
      { before_state: "DELINQUENT", after_state: "BLACKLISTED" },
    ]);
  });

  it("takes both steps at once where it comes late, each with its audit row", async () => {
    await dutyFrom("2026-Q1");
    now = new Date("2027-01-01T00:00:00Z");
    expect(await tick(company)).toEqual(["DELINQUENT", "BLACKLISTED"]);
    const { rows } = await database.db.service((tx) =>
      tx.query("select count(*)::int as n from omla.audit_log where entity_id = $1", [company]),
    );
    expect(rows).toEqual([{ n: 2 }]);
  });

  it("lets a stranger's debt fall on the stranger, and a model's own people's on the model", async () => {
    now = new Date("2026-10-05T00:00:00Z");
    const own = await arrangeCompany(database, "Own", "o@example.org", model.keys.publicKey);
    const other = await register(database);
    await arrangeReport(database, { company, quarter: "2026-Q3", lines: [{ model: other.id, revenue: "100" }] });
    await arrangeReport(database, { company: own, quarter: "2026-Q3", lines: [{ model: model.id, revenue: "100" }] });
    now = new Date("2026-12-01T00:00:00Z");
    expect(await tick(other.id)).toEqual(["REPORTING"]);
    expect(await tick(model.id)).toEqual(["DELINQUENT"]);
  });

  it("counts paid-in money, a nil report, a final report, and no test report", async () => {
    now = new Date("2026-10-05T00:00:00Z");
    const [line] = await arrangeReport(database, { company, quarter: "2026-Q3", lines: [{ model: model.id, revenue: "100" }] });
    await dutyFrom("2026-Q3");
    await setStatus(line, "funded");
    expect(await tick(company)).toEqual(["COMPLIANT"]);
    // The fourth quarter is missing at its end, which alone is no fault; late is it 30 days after.
    now = new Date("2027-01-31T00:00:01Z");
    expect(await tick(company)).toEqual(["DELINQUENT"]);
    await arrangeReport(database, { company, quarter: "2026-Q4", live: false, lines: [] });
    expect(await tick(company)).toEqual([]);
    await arrangeReport(database, { company, quarter: "2026-Q4", final: true, lines: [] });
    await dutyFrom("2026-Q3", "2026-Q4");
    expect(await tick(company)).toEqual(["COMPLIANT"]);
    now = new Date("2028-01-01T00:00:00Z");
    expect(await tick(company)).toEqual([]);
  });

  it("takes a wholly rejected submission for none", async () => {
    now = new Date("2026-10-05T00:00:00Z");
    const [line] = await arrangeReport(database, { company, quarter: "2026-Q3", lines: [{ model: model.id, revenue: "100" }] });
    await dutyFrom("2026-Q3");
    await setStatus(line, "rejected");
    now = new Date("2026-11-01T00:00:00Z");
    expect(await tick(company)).toEqual(["DELINQUENT"]);
  });

  it("gives the facts of which TypeScript makes the same step", async () => {
    now = new Date("2026-10-05T00:00:00Z");
    const lines = await arrangeReport(database, {
      company,
      quarter: "2026-Q3",
      lines: [
        { model: model.id, revenue: "1" },
        { model: (await register(database)).id, revenue: "2" },
      ],
    });
    await setStatus(lines[0], "disputed");
    await dutyFrom("2026-Q2");
    for (const at of ["2026-10-06T00:00:00Z", "2026-12-31T00:00:00Z", "2027-01-03T00:00:01Z", "2027-03-01T00:00:00Z"]) {
      const { rows } = await database.db.service((tx) =>
        tx.query("select omla.compliance_facts('commercial_user', $1) as facts", [company]),
      );
      const input = {
        subject_kind: "commercial_user",
        state: "REGISTERED",
        previous_state: null,
        facts: rows[0]?.["facts"],
        now: at,
      } as const;
      const { rows: answer } = await database.db.service((tx) =>
        tx.query("select omla.tick_compliance('commercial_user', 'REGISTERED', null, $1::jsonb, $2::timestamptz) as step", [
          JSON.stringify(input.facts),
          at,
        ]),
      );
      expect(answer[0]?.["step"]).toEqual(tickCompliance(input as never));
    }
  });

  it("finds by itself whom it must look at", async () => {
    await dutyFrom("2026-Q1");
    now = new Date("2026-08-01T00:00:00Z");
    const { rows } = await database.db.service((tx) => tx.query<{ id: string }>("select id from omla.tick_compliance()"));
    expect(rows.map(({ id }) => id)).toContain(company);
  });
});

describe("a line's status", () => {
  it("moves only along its arrows, and only a payout makes it paid", async () => {
    now = new Date("2026-10-05T00:00:00Z");
    const [line] = await arrangeReport(database, { company, quarter: "2026-Q3", lines: [{ model: model.id, revenue: "1" }] });
    const move = (role: "service_role" | "payout", status: string): Promise<unknown> =>
      database.db.transaction(role, {}, (tx) => tx.query("update omla.usage_reports set status = $2 where id = $1", [line, status]));
    expect((await refusal(move("payout", "paid"))).code).toBe("STATUS_TRANSITION");
    await move("service_role", "funded");
    expect((await refusal(move("service_role", "paid"))).code).toBe("STATUS_TRANSITION");
    await move("payout", "paid");
    for (const status of ["submitted", "funded", "disputed", "rejected"])
      expect((await refusal(move("payout", status))).code).toBe("STATUS_TRANSITION");
    await move("payout", "superseded");
  });

  it("keeps the date of its first dispute", async () => {
    now = new Date("2026-10-05T00:00:00Z");
    const [line] = await arrangeReport(database, {
      company,
      quarter: "2026-Q3",
      lines: [{ model: model.id, revenue: "1", status: "disputed", disputedAt: "2026-10-05T00:00:00Z" }],
    });
    const renew = database.db.service((tx) =>
      tx.query("update omla.usage_reports set disputed_at = '2026-12-01T00:00:00Z' where id = $1", [line]),
    );
    expect((await refusal(renew)).code).toBe("IMMUTABLE");
  });

  it("stands beside figures that nobody changes or makes up", async () => {
    now = new Date("2026-10-05T00:00:00Z");
    const [line] = await arrangeReport(database, { company, quarter: "2026-Q3", lines: [{ model: model.id, revenue: "100" }] });
    const change = database.owner((client) => client.query("update omla.usage_reports set revenue_usd = 1 where id = $1", [line]));
    expect((await refusal(change)).code).toBe("IMMUTABLE");
    const lie = database.owner((client) =>
      client.query(
        `insert into omla.usage_reports select (jsonb_populate_record(r, '{"id": "00000000-0000-4000-8000-000000000001", "model_id": "${company}", "royalty_usd": 29.999999}')).* from omla.usage_reports r where id = $1`,
        [line],
      ),
    );
    expect((await refusal(lie)).code).toBe("ROYALTY_MISMATCH");
  });

  it("is of one version and one model per quarter", async () => {
    now = new Date("2026-10-05T00:00:00Z");
    const report = { company, quarter: "2026-Q3", lines: [{ model: model.id, revenue: "1" }] };
    await arrangeReport(database, report);
    expect((await refusal(arrangeReport(database, report))).code).toBe("REPORT_EXISTS");
    const twice = { ...report, version: 2, lines: [...report.lines, ...report.lines] };
    expect((await refusal(arrangeReport(database, twice))).code).toBe("REPORT_MODEL_DUPLICATE");
    expect((await refusal(arrangeReport(database, { ...report, quarter: "2027-Q1" }))).code).toBe("QUARTER_NOT_BEGUN");
  });
});

describe("a complaint", () => {
  let receipts = 0;
  async function complain(target: string): Promise<string> {
    receipts += 1;
    const { rows } = await database.db.service((tx) =>
      tx.query<{ id: string }>("insert into omla.complaints (receipt, model_id, reason) values ($1, $2, 'OTHER') returning id", [
        `TEST-${String(receipts).padStart(4, "0")}`,
        target,
      ]),
    );
    return rows[0]?.id ?? "";
  }
  async function close(complaint: string, status: string): Promise<void> {
    await database.db.transaction("reviewer", {}, (tx) =>
      tx.query("update omla.complaints set status = $2, closed_at = omla.now_seconds() where id = $1", [complaint, status]),
    );
  }

  it("puts its target under review at once; the last one that closes gives the old state back", async () => {
    const [first, second] = [await complain(model.id), await complain(model.id)];
    expect(await standing(model.id)).toMatchObject({ state: "UNDER_REVIEW", previous_state: "REGISTERED" });
    await close(first, "dismissed");
    expect(await standing(model.id)).toMatchObject({ state: "UNDER_REVIEW", previous_state: "REGISTERED" });
    await close(second, "resolved");
    expect(await standing(model.id)).toMatchObject({ state: "REGISTERED", previous_state: null });
  });

  it("never takes a listed subject off the list", async () => {
    await database.db.transaction("reviewer", {}, (tx) =>
      tx.query("select omla.blacklist_subject($1, 'SPLIT_FRAUD', 'board:1', 'x')", [model.id]),
    );
    const complaint = await complain(model.id);
    expect(await standing(model.id)).toMatchObject({
      state: "UNDER_REVIEW",
      previous_state: "BLACKLISTED",
      listed: "2026-07-01T00:00:00Z",
      reason: "SPLIT_FRAUD",
    });
    await close(complaint, "dismissed");
    expect(await standing(model.id)).toMatchObject({ state: "BLACKLISTED", previous_state: null });
  });

  it("does not stop the tick, which moves what is under the review", async () => {
    now = new Date("2026-10-05T00:00:00Z");
    const own = await arrangeCompany(database, "Own", "o@example.org", model.keys.publicKey);
    await arrangeReport(database, { company: own, quarter: "2026-Q3", lines: [{ model: model.id, revenue: "100" }] });
    await complain(model.id);
    expect(await tick(model.id)).toEqual(["REPORTING"]);
    expect(await standing(model.id)).toMatchObject({ state: "UNDER_REVIEW", previous_state: "REPORTING", since: "2026-10-05T00:00:00Z" });
    now = new Date("2027-03-01T00:00:00Z");
    expect(await tick(model.id)).toEqual(["DELINQUENT", "BLACKLISTED"]);
    expect(await standing(model.id)).toMatchObject({ state: "BLACKLISTED", previous_state: null });
  });

  it("lapses after 60 days that nobody used", async () => {
    await complain(model.id);
    const lapse = async (): Promise<number> => (await database.db.service((tx) => tx.query("select omla.lapse_complaints()"))).rows.length;
    now = new Date("2026-08-30T00:00:00Z");
    expect(await lapse()).toBe(0);
    now = new Date("2026-08-30T00:00:01Z");
    expect(await lapse()).toBe(1);
    expect(await standing(model.id)).toMatchObject({ state: "REGISTERED" });
  });
});

describe("the board", () => {
  it("clears a subject, whose state is then what the facts say", async () => {
    now = new Date("2026-10-05T00:00:00Z");
    const [line] = await arrangeReport(database, { company, quarter: "2026-Q3", lines: [{ model: model.id, revenue: "100" }] });
    await setStatus(line, "funded");
    const act = async (text: string): Promise<unknown> =>
      Object.values((await database.db.transaction("reviewer", {}, (tx) => tx.query(text, [company]))).rows[0] ?? {})[0];
    const caseNumber = await act("select omla.blacklist_subject($1, 'FALSE_REPORT', 'board:1', 'found out')");
    expect(caseNumber).toMatch(/^C-2026-\d{4}$/);
    expect(await tick(company)).toEqual([]);
    expect(await act("select omla.clear_subject($1, 'board:2', 'settled')")).toBe("COMPLIANT");
    expect(await standing(company)).toMatchObject({ state: "COMPLIANT", listed: null, reason: null, case_ref: null });
  });

  it("cannot list what is not there", async () => {
    const unknown = database.db.transaction("reviewer", {}, (tx) =>
      tx.query("select omla.blacklist_subject(gen_random_uuid(), 'OTHER', 'board:1', '')"),
    );
    expect((await refusal(unknown)).code).toBe("SUBJECT_NOT_FOUND");
  });
});
