import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hearEvent } from "../../../src/domain/rails/event-service.ts";
import { pruneRailEventsJob } from "../../../src/jobs/prune-rail-events.ts";
import { SCHEDULE, slotOf } from "../../../src/jobs/schedule.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { registerCompany, registerModel } from "../../helpers/factories.ts";
import { refused } from "../../helpers/refused.ts";
import { file, ledger, receive } from "../collections/arrange-money.ts";

let test: TestApp;
beforeEach(async () => {
  test = await createTestApp();
});
afterEach(() => test.close());

const ids = async (): Promise<unknown[]> =>
  (await test.rows("select event_id from omla.rail_events order by 1")).map(({ event_id }) => event_id);

/** Events of every outcome, each heard and settled some days ago. */
async function arrange(rows: readonly (readonly [id: string, outcome: string, heard: number, settled: number | null])[]): Promise<void> {
  const at = (days: number | null): Date | null => (days === null ? null : new Date(test.clock.now().getTime() - days * 86_400_000));
  for (const [id, outcome, heard, settled] of rows)
    await test.database.owner((client) =>
      client.query(
        "insert into omla.rail_events (rail, event_id, type, occurred_at, received_at, outcome, settled_at) values ('stripe', $1, 'a.b', $2, $2, $3, $4)",
        [id, at(heard), outcome, at(settled)],
      ),
    );
}

describe("what rails told", () => {
  it("is forgotten ninety days after it was settled; what waits, and what a person must look at, never", async () => {
    await arrange([
      ["applied-old", "applied", 91, 91],
      ["ignored-old", "ignored", 400, 400],
      ["applied-young", "applied", 89, 89],
      ["settled-late", "applied", 400, 89],
      ["waits", "waiting", 400, null],
      ["refused", "refused", 400, null],
    ]);
    expect(await pruneRailEventsJob(test.ctx)).toEqual({ forgotten: 2 });
    expect(await ids()).toEqual(["applied-young", "refused", "settled-late", "waits"]);
    expect(await pruneRailEventsJob(test.ctx)).toEqual({ forgotten: 0 });
  });

  it("is kept by the database itself as long as a rail may tell it again", async () => {
    await arrange([
      ["applied-young", "applied", 89, 89],
      ["waits", "waiting", 400, null],
    ]);
    for (const id of await ids()) {
      const { code } = await refused(test.ctx.db.service((tx) => tx.query("delete from omla.rail_events where event_id = $1", [id])));
      expect(code).toBe("IMMUTABLE");
    }
  });

  it("goes in portions where there is much of it, at half past three", async () => {
    const old = new Date(test.clock.now().getTime() - 91 * 86_400_000);
    const many = `insert into omla.rail_events (rail, event_id, type, occurred_at, received_at, outcome, settled_at)
      select 'stripe', 'evt_' || n, 'a.b', $1::timestamptz, $1, 'ignored', $1 from generate_series(1, 5001) n`;
    await test.database.owner((client) => client.query(many, [old]));
    expect(await pruneRailEventsJob(test.ctx)).toEqual({ forgotten: 5001 });
    expect(slotOf(SCHEDULE["prune-rail-events"], new Date("2026-07-15T12:00:00Z"))).toEqual(new Date("2026-07-15T03:30:00Z"));
  });

  it("counts once also when it is told after it was forgotten", async () => {
    const [company, model] = [await registerCompany(test), await registerModel(test)];
    test.clock.set("2026-07-01T09:00:00Z");
    await file(test, company, [[model, "100"]]);
    await receive(test, company, "30", { rail: "stripe", reference: "pi_1" });
    const fact = { kind: "payment-refunded", externalId: "pi_1", currency: "USD", total: 10_000_000n } as const;
    const event = { id: "evt_1", type: "charge.refunded", occurredAt: test.clock.now(), fact };
    expect([await hearEvent(test.ctx, "stripe", event), await hearEvent(test.ctx, "stripe", event)]).toEqual(["applied", "repeated"]);
    test.clock.advance({ days: 91 });
    expect(await pruneRailEventsJob(test.ctx)).toEqual({ forgotten: 1 });
    expect(await hearEvent(test.ctx, "stripe", event)).toBe("applied");
    expect(await ledger(test, "clearing:stripe")).toEqual({ "clearing:stripe": 20_000_000n });
  });
});
