import { afterEach, describe, expect, it } from "vitest";
import { firstBusinessDay } from "../../../src/domain/payouts/business-day.ts";
import { runWhenDue } from "../../../src/domain/payouts/schedule-service.ts";
import { createStage, type Stage } from "./stage.ts";

let stage: Stage | undefined;
afterEach(() => stage?.close());

describe("the first business day of a quarter", () => {
  it.each([
    ["2026-Q3", "2026-07-01"], // a Wednesday
    ["2027-Q1", "2027-01-01"], // a Friday
    ["2028-Q1", "2028-01-03"], // the first is a Saturday
    ["2028-Q4", "2028-10-02"], // the first is a Sunday
  ])("%s is %s", (quarter, day) => {
    expect(firstBusinessDay(quarter).toISOString()).toBe(`${day}T00:00:00.000Z`);
  });
});

describe("the daily look", () => {
  it("pays a quarter once, from that day on, and goes on with a run that is open", async () => {
    stage = await createStage();
    const model = await stage.model();
    await stage.report(new Map([[model, "100.00"]]), { quarter: "2026-Q1" });
    await stage.pay("30.00");
    stage.clock.set("2026-09-30T07:00:00Z");
    // Nothing ran in the third quarter yet, so the look of any later day makes up for it.
    expect(await runWhenDue(stage.ctx)).toMatchObject({ state: "closed", outcomes: { recorded: 1 } });
    expect(await runWhenDue(stage.ctx)).toEqual({ state: "not_due" });
    stage.clock.set("2026-10-01T07:00:00Z");
    expect(await runWhenDue(stage.ctx)).toMatchObject({ state: "nothing" });
  });
});
