import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SCHEDULE, slotOf } from "../../src/jobs/schedule.ts";

const at = (job: keyof typeof SCHEDULE, time: string): string => slotOf(SCHEDULE[job], new Date(time)).toISOString();

describe("the schedule", () => {
  it("ticks on Mondays at six", () => {
    // 16 November 2026 is a Monday.
    expect(at("compliance-tick", "2026-11-16T06:00:00Z")).toBe("2026-11-16T06:00:00.000Z");
    expect(at("compliance-tick", "2026-11-16T05:59:59Z")).toBe("2026-11-09T06:00:00.000Z");
    expect(at("compliance-tick", "2026-11-22T23:00:00Z")).toBe("2026-11-16T06:00:00.000Z");
  });

  it("cleans up at three and looks for due lists five minutes past the hour", () => {
    expect(at("clean-up", "2026-11-16T02:59:59Z")).toBe("2026-11-15T03:00:00.000Z");
    expect(at("publish-blacklist", "2026-11-16T10:04:59Z")).toBe("2026-11-16T09:05:00.000Z");
  });

  it("never names a moment that lies ahead, nor one that is a whole period old", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(SCHEDULE)),
        fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true }),
        (job, now) => {
          const age = now.getTime() - slotOf(job, now).getTime();
          expect(age).toBeGreaterThanOrEqual(0);
          expect(age).toBeLessThan(job.everyMs);
        },
      ),
    );
  });
});
