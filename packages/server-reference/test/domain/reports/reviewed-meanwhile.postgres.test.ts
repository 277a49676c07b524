import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tickEverybody } from "../../../src/domain/compliance/service.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { registerCompany, registerModel } from "../../helpers/factories.ts";

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

/** Whoever wants the audit log waits until it is released. */
async function holdAuditLog(): Promise<() => Promise<void>> {
  let release = (): void => undefined;
  const isOver = new Promise<void>((resolve) => (release = resolve));
  let done: Promise<unknown> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    done = test.ctx.db
      .service(async (tx) => {
        await tx.query("select pg_advisory_xact_lock(hashtextextended('omla.audit_log', 0))");
        resolve();
        await isOver;
      })
      .catch(reject);
  });
  return async () => {
    release();
    await done;
  };
}

async function untilWaiting(count: number): Promise<void> {
  for (;;) {
    const [row] = await test.rows(
      `select count(*)::int as n from pg_locks l join pg_database d on d.oid = l.database
        where d.datname = current_database() and l.locktype = 'advisory' and not l.granted`,
    );
    if (row?.["n"] === count) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const complain = (id: string): ReturnType<TestApp["post"]> =>
  test.post("/functions/v1/file-complaint", { target: { kind: "model", id }, reason: "OTHER", description: "Something is wrong." });

/** A report that waits for the audit log, with the model that it names. */
async function waitingReport(): Promise<{ readonly address: string; readonly filing: ReturnType<TestApp["post"]> }> {
  const [{ address }, { api_key }] = [await registerModel(test), await registerCompany(test)];
  const report = { quarter: "2026-Q2", entries: [{ model: address, inferences: 1, revenue_usd: "10", run_cost_usd: "0" }] };
  const release = await holdAuditLog();
  const filing = test.post("/functions/v1/submit-report", report, api_key);
  await untilWaiting(1);
  releases.push(release);
  return { address, filing };
}
const releases: (() => Promise<void>)[] = [];
const releaseAuditLog = async (): Promise<void> => releases.pop()?.();

// A filing holds the audit log when it comes to the standings of its company and models; whoever came to them first and then to the log
// would wait for the filing, and the filing for him.
describe("a standing that moves while a report waits for the audit log", () => {
  it("moves after it where a model is put under review", async () => {
    const { address, filing } = await waitingReport();
    const complaint = complain(address);
    await untilWaiting(2);
    await releaseAuditLog();
    expect([(await filing).statusCode, (await complaint).statusCode]).toEqual([201, 201]);
  });

  it("moves after it where the week's tick moves everybody", async () => {
    const { filing } = await waitingReport();
    const ticked = tickEverybody(test.ctx);
    await untilWaiting(2);
    await releaseAuditLog();
    expect((await filing).statusCode).toBe(201);
    expect((await ticked).told).toEqual([]);
  });
});
