import { expect, it } from "vitest";
import { argueForAYear } from "./year-of-cases.ts";

it("the testing kit and the reference registry agree on disputes, audits, what they hold and how companies stand", async () => {
  const seen = await argueForAYear(20_261_120, 160);
  // Each way must have been taken, or the year proved less than it seems.
  const ways = [
    ...["dispute company", "dispute creator", "withdraw", "audit", "respond", "amended", "rejected", "waived"],
    ...["dispute CASE_EXISTS", "dispute FIGURES_UNCHANGED", "dispute REPORT_NOT_FOUND", "withdraw CASE_CLOSED", "withdraw CASE_NOT_FOUND"],
    ...["audit CASE_EXISTS", "respond CASE_CLOSED", "status disputed", "status funded", "audit overdue"],
  ];
  for (const way of ways) expect([...seen], way).toContain(way);
}, 120_000);
