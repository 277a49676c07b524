import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runJob } from "../../../src/jobs/runner.ts";
import { createSmtpMail, type Mail } from "../../../src/mail.ts";
import { createLog } from "../../../src/log.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { type Company, registerCompany, registerModel } from "../../helpers/factories.ts";
import { createSmtpSink, type SmtpSink } from "../../helpers/smtp-sink.ts";

let test: TestApp;
let sink: SmtpSink;
const warnings: string[] = [];
beforeAll(async () => {
  sink = await createSmtpSink();
  const log = createLog("warn", { now: () => new Date(0) }, (line) => void warnings.push(line));
  test = await createTestApp({ overrides: { mail: createSmtpMail(sink.url, "registry@registry.test"), log } });
});
beforeEach(() => {
  sink.mails.length = 0;
});
afterAll(async () => {
  await sink.down();
  await test.close();
});

const JOBS = ["notify-complaints", "tell-listed", "remind-of-deadlines"] as const;

/** What the schedule does in an hour. */
async function anHour(): Promise<void> {
  test.clock.advance({ hours: 1 });
  for (const job of JOBS) await runJob(test.ctx, job);
}

const complain = (kind: string, id: string): Promise<unknown> =>
  test.post("/functions/v1/file-complaint", { target: { kind, id }, reason: "OTHER", description: "The complainant's own words." });
const told = (): string[] => sink.mails.map(({ to, subject }) => `${to} ${subject}`).sort();

describe("what must be told by mail", () => {
  it("is told within the hour, once, without the complainant's words", async () => {
    const { model_id } = await registerModel(test, { name: "Ada" });
    const { company_id } = await registerCompany(test, "Blue & Co");
    await complain("model", model_id);
    await complain("commercial_user", company_id);
    await anHour();
    await anHour();
    expect(told()).toEqual(["creator@example.org OMLA: a complaint about Ada", "office@example.com OMLA: a complaint about Blue & Co"]);
    expect(sink.mails[0]?.text).toContain("https://registry.test");
    expect(JSON.stringify(sink.mails)).not.toContain("own words");
    expect(await test.rows("select count(*)::int as untold from omla.complaints where notified_at is null")).toEqual([{ untold: 0 }]);
  });

  it("survives a mail server that is down for a day: nothing is lost, and nothing comes twice", async () => {
    const { company_id } = await registerCompany(test, "Patient & Co");
    const models = [await registerModel(test, { name: "One" }), await registerModel(test, { name: "Two" })];
    for (const { model_id } of models) await complain("model", model_id);
    await test.rows("select omla.blacklist_subject($1, 'OTHER', 'system', 'a case')", [company_id]);
    await sink.down();
    for (let hour = 0; hour < 24; hour += 1) await anHour();
    expect(await test.rows("select told_at from omla.compliance_state where id = $1", [company_id])).toEqual([{ told_at: null }]);
    expect(warnings.some((line) => line.includes("notices wait for a mail server"))).toBe(true);
    await sink.up();
    await anHour();
    await anHour();
    expect(told()).toEqual([
      "creator@example.org OMLA: a complaint about One",
      "creator@example.org OMLA: a complaint about Two",
      expect.stringMatching(/^office@example.com OMLA: C-2026-\d{4}, blacklisting of Patient & Co$/),
    ]);
    expect(await test.rows("select told_at is not null as told from omla.compliance_state where id = $1", [company_id])).toEqual([
      { told: true },
    ]);
  });

  it("is not held up by one mailbox that is refused for good", async () => {
    const { company_id } = await registerCompany(test, "Gone & Co");
    await test.rows("update omla.commercial_user_private set contact_email = 'gone@example.com' where company_id = $1", [company_id]);
    sink.refused.add("gone@example.com");
    await complain("commercial_user", company_id);
    const { model_id } = await registerModel(test, { name: "Behind" });
    await complain("model", model_id);
    const answer = await test.post("/functions/v1/notify-complaints", {}, test.operator);
    const [id] = (await test.rows("select id from omla.complaints where commercial_user_id = $1", [company_id])).map(
      ({ id: found }) => found,
    );
    expect(answer.json()).toMatchObject({ unreachable: [id], waiting: [] });
    expect(told()).toEqual(["creator@example.org OMLA: a complaint about Behind"]);
    sink.refused.clear();
    await anHour();
    expect(told()).toContain("gone@example.com OMLA: a complaint about Gone & Co");
  });

  it("is sent once where two processes run the same job at one moment", async () => {
    const { model_id } = await registerModel(test, { name: "Twins" });
    await complain("model", model_id);
    await Promise.all([1, 2, 3].map(() => test.post("/functions/v1/notify-complaints", {}, test.operator)));
    expect(told()).toEqual(["creator@example.org OMLA: a complaint about Twins"]);
  });

  it("is sent again after ten minutes where a process died before it booked it, under the same Message-ID", async () => {
    const { model_id } = await registerModel(test, { name: "Crash" });
    await complain("model", model_id);
    const { mail } = test.ctx;
    const dying: Mail = {
      send: async (message) => {
        await mail?.send(message);
        Object.assign(test.ctx, { db: { ...db, service: () => Promise.reject(new Error("the process died")) } });
      },
    };
    const { db } = test.ctx;
    Object.assign(test.ctx, { mail: dying });
    await expect(runJob(test.ctx, "notify-complaints")).rejects.toThrow("the process died");
    Object.assign(test.ctx, { db, mail });
    test.clock.advance({ minutes: 9 });
    await runJob(test.ctx, "notify-complaints");
    expect(sink.mails).toHaveLength(1);
    test.clock.advance({ minutes: 1 });
    await runJob(test.ctx, "notify-complaints");
    await runJob(test.ctx, "notify-complaints");
    expect(new Set(sink.mails.map(({ messageId }) => messageId)).size).toBe(1);
    expect(sink.mails).toHaveLength(2);
    expect(sink.mails[0]?.messageId).toMatch(/^<[0-9a-f]{40}@registry\.test>$/);
  });
});

describe("reminders", () => {
  const remindersOf = async (from: string, days: number): Promise<string[]> => {
    test.clock.set(from);
    const sent: string[] = [];
    for (let hour = 0; hour < days * 24; hour += 6) {
      test.clock.advance({ hours: 6 });
      sink.mails.length = 0;
      await runJob(test.ctx, "remind-of-deadlines");
      sent.push(...sink.mails.map(({ subject }) => `${test.clock.now().toISOString().slice(0, 13)} ${subject}`));
    }
    return sent;
  };

  it("come 14, 7 and 1 days before a deadline and before a listing, once each", async () => {
    const company: Company = await registerCompany(test, "Slow & Co");
    test.clock.set("2026-07-15T00:00:00Z");
    await test.post("/functions/v1/submit-report", { quarter: "2026-Q2", entries: [] }, company.api_key);
    // The third quarter ends on October 1 and is due 30 days later, on October 31.
    expect(await remindersOf("2026-10-01T00:00:00Z", 29)).toEqual([
      "2026-10-17T00 OMLA: Slow & Co, due by 2026-10-31T00:00:00Z",
      "2026-10-24T00 OMLA: Slow & Co, due by 2026-10-31T00:00:00Z",
      "2026-10-30T00 OMLA: Slow & Co, due by 2026-10-31T00:00:00Z",
    ]);
    // 90 days after the deadline, on January 29, the company is listed. The fourth quarter is due on January 30.
    const late = await remindersOf("2027-01-10T00:00:00Z", 18);
    expect(late.filter((line) => line.includes("blacklisted"))).toEqual([
      "2027-01-15T00 OMLA: Slow & Co will be blacklisted on 2027-01-29T00:00:00Z",
      "2027-01-22T00 OMLA: Slow & Co will be blacklisted on 2027-01-29T00:00:00Z",
      "2027-01-28T00 OMLA: Slow & Co will be blacklisted on 2027-01-29T00:00:00Z",
    ]);
    expect(late.filter((line) => line.includes("due by"))).toHaveLength(2);
    // What is reported is no longer reminded of.
    await test.post("/functions/v1/submit-report", { quarter: "2026-Q3", entries: [] }, company.api_key);
    await test.post("/functions/v1/submit-report", { quarter: "2026-Q4", entries: [] }, company.api_key);
    expect(await remindersOf("2027-01-28T00:00:00Z", 1)).toEqual([]);
  });
});
