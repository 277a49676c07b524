import fc from "fast-check";
import { describe, expect, it } from "vitest";
import cases from "../../../../vectors/compliance.json" with { type: "json" };
import type { ComplianceInput, ComplianceLine } from "../../src/protocol/compliance.ts";
import { dueQuarters, lineDeadline, quarterDeadline, tickCompliance } from "../../src/protocol/compliance.ts";
import { referenceTick } from "./reference/compliance.ts";

const DAY_MS = 86_400_000;
const SEVERITY = { REGISTERED: 0, COMPLIANT: 0, REPORTING: 1, DELINQUENT: 2, BLACKLISTED: 3 };

const timestamp = fc
  .integer({ min: Date.UTC(2024, 0) / 1000, max: Date.UTC(2027, 0) / 1000 })
  .map((seconds) => new Date(seconds * 1000).toISOString().replace(".000Z", "Z"));
const quarter = fc.tuple(fc.integer({ min: 2023, max: 2026 }), fc.integer({ min: 1, max: 4 })).map(([year, n]) => `${year}-Q${n}`);
const line: fc.Arbitrary<ComplianceLine> = fc.record({
  quarter,
  status: fc.constantFrom("submitted", "funded", "paid", "disputed", "superseded", "rejected"),
  own: fc.boolean(),
  filed_at: timestamp,
  disputed_at: timestamp,
});
const base = fc.constantFrom("REGISTERED", "REPORTING", "COMPLIANT", "DELINQUENT", "BLACKLISTED");
const standing = fc.oneof(
  base.map((state) => ({ state, previous_state: null })),
  base.map((previous_state) => ({ state: "UNDER_REVIEW" as const, previous_state })),
);
const input = fc
  .record({
    subject_kind: fc.constantFrom("model", "commercial_user"),
    standing,
    lines: fc.array(line, { maxLength: 4 }),
    reporting_from: fc.option(quarter),
    reporting_until: fc.option(quarter),
    reported_quarters: fc.uniqueArray(quarter, { maxLength: 16 }),
    now: timestamp,
  })
  .map(
    ({ subject_kind, standing: { state, previous_state }, now, ...facts }): ComplianceInput => ({
      subject_kind,
      state,
      previous_state,
      facts,
      now,
    }),
  );

const baseOf = ({ state, previous_state }: Pick<ComplianceInput, "state" | "previous_state">): keyof typeof SEVERITY =>
  (state === "UNDER_REVIEW" ? previous_state : state) as keyof typeof SEVERITY;

function company(line: Partial<ComplianceLine>, now: string): ComplianceInput {
  const submitted: ComplianceLine = { quarter: "2026-Q3", status: "submitted", own: false, filed_at: "2026-10-04T00:00:00Z", ...line };
  const duty = { reporting_from: "2026-Q3", reporting_until: "2026-Q3", reported_quarters: ["2026-Q3"] };
  return { subject_kind: "commercial_user", state: "REPORTING", previous_state: null, facts: { lines: [submitted], ...duty }, now };
}

describe("the compliance vectors", () => {
  it.each(cases as unknown as (ComplianceInput & { name: string; expected: unknown })[])("$name", ({ expected, ...given }) => {
    expect(tickCompliance(given)).toStrictEqual(expected);
  });
});

describe("a compliance step", () => {
  // Filed 4 October, quarter end 1 October: due 4 October + 30 days = 3 November; + 90 days (27 + 31 + 31 + 1) = 1 February.
  it.each([
    ["2026-11-03T00:00:00Z", "REPORTING"],
    ["2026-11-03T00:00:01Z", "DELINQUENT"],
    ["2027-01-31T23:59:59Z", "DELINQUENT"],
    ["2027-02-01T00:00:00Z", "BLACKLISTED"],
  ])("takes the specification's own example at %s to %s", (now, state) => {
    expect(tickCompliance(company({}, now)).state).toBe(state);
  });

  it("takes a clock reading as a date as well", () => {
    expect(tickCompliance({ ...company({}, ""), now: new Date("2027-02-01T00:00:00Z") }).entered).toEqual(["DELINQUENT", "BLACKLISTED"]);
  });

  it("says the same as the slow reference", () => {
    const agrees = fc.property(input, (given) => {
      expect(tickCompliance(given)).toStrictEqual(referenceTick(given));
    });
    fc.assert(agrees, { numRuns: 3000 });
  });

  it("changes nothing the second time", () => {
    fc.assert(
      fc.property(input, (given) => {
        const { state, previous_state } = tickCompliance(given);
        expect(tickCompliance({ ...given, state, previous_state })).toStrictEqual({ state, previous_state, entered: [] });
      }),
    );
  });

  it("lists a subject with an overdue line at a later moment at least as harshly", () => {
    fc.assert(
      fc.property(input, fc.nat({ max: 400 }), (given, days) => {
        const facts = { ...given.facts, lines: given.facts.lines.filter(({ status }) => status !== "disputed") };
        const early = tickCompliance({ ...given, facts });
        fc.pre(SEVERITY[baseOf(early)] >= SEVERITY.DELINQUENT && early.entered.length > 0);
        const later = tickCompliance({ ...given, facts, now: new Date(Date.parse(given.now as string) + days * DAY_MS) });
        expect(SEVERITY[baseOf(later)]).toBeGreaterThanOrEqual(SEVERITY[baseOf(early)]);
      }),
    );
  });

  it("makes nothing milder while a dispute is young", () => {
    fc.assert(
      fc.property(input, line, (given, disputed) => {
        const young: ComplianceLine = { ...disputed, status: "disputed", disputed_at: given.now as string };
        const after = tickCompliance({ ...given, facts: { ...given.facts, lines: [...given.facts.lines, young] } });
        expect(SEVERITY[baseOf(after)]).toBeGreaterThanOrEqual(SEVERITY[baseOf(given)]);
      }),
    );
  });

  it("keeps a review open unless its base reaches the list, and moves the base as it would without it", () => {
    fc.assert(
      fc.property(input, (given) => {
        const state = baseOf(given);
        const plain = tickCompliance({ ...given, state, previous_state: null });
        const reviewed = tickCompliance({ ...given, state: "UNDER_REVIEW", previous_state: state });
        expect(reviewed.entered).toEqual(plain.entered);
        const listedNow = plain.state === "BLACKLISTED" && state !== "BLACKLISTED";
        expect(reviewed.state).toBe(listedNow ? "BLACKLISTED" : "UNDER_REVIEW");
        expect(reviewed.previous_state).toBe(listedNow ? null : plain.state);
      }),
    );
  });

  it("never moves a model by what strangers owe", () => {
    fc.assert(
      fc.property(input, (given) => {
        const lines = given.facts.lines.map((each) => ({ ...each, own: false }));
        const { entered } = tickCompliance({ ...given, subject_kind: "model", facts: { lines } });
        expect(entered).not.toContain("DELINQUENT");
        expect(entered).not.toContain("BLACKLISTED");
      }),
    );
  });

  it.each([
    [{ state: "UNDER_REVIEW", previous_state: null }, "COMPLIANCE_STATE", "previous_state"],
    [{ state: "UNDER_REVIEW", previous_state: "UNDER_REVIEW" }, "COMPLIANCE_STATE", "previous_state"],
    [{ state: "toString" }, "COMPLIANCE_STATE", "state"],
    [{ now: "2026-02-30T00:00:00Z" }, "TIMESTAMP_INVALID", undefined],
    [{ now: new Date(Number.NaN) }, "TIMESTAMP_INVALID", "now"],
    [{ facts: { lines: [], reporting_from: "2026-Q5" } }, "QUARTER_INVALID", undefined],
  ])("refuses %j with %s", (fault, code, path) => {
    const given = { ...company({}, "2026-12-01T00:00:00Z"), ...fault } as ComplianceInput;
    expect(() => tickCompliance(given)).toThrow(expect.objectContaining({ code, path }));
  });
});

describe("the deadlines", () => {
  it("are 30 days after the quarter's end for a line filed before it", () => {
    expect(lineDeadline({ quarter: "2026-Q3", filed_at: "2026-08-01T00:00:00Z" }).toISOString()).toBe("2026-10-31T00:00:00.000Z");
  });

  it("are 30 days after the filing for a line filed late", () => {
    expect(lineDeadline({ quarter: "2026-Q3", filed_at: "2026-12-01T12:00:00Z" }).toISOString()).toBe("2026-12-31T12:00:00.000Z");
  });

  it("are 30 days after its end for an unreported quarter", () => {
    expect(quarterDeadline("2026-Q4").toISOString()).toBe("2027-01-31T00:00:00.000Z");
  });
});

describe("the quarters that are due", () => {
  const duty = { reporting_from: "2026-Q1", reporting_until: null, reported_quarters: ["2026-Q2"] };

  it("are the ended ones of the duty without a report, with their deadlines", () => {
    expect(dueQuarters(duty, "2026-10-01T00:00:00Z")).toEqual([
      { quarter: "2026-Q1", due_at: "2026-05-01T00:00:00Z", late: true },
      { quarter: "2026-Q3", due_at: "2026-10-31T00:00:00Z", late: false },
    ]);
  });

  it("do not hold a quarter that has not ended", () => {
    expect(dueQuarters(duty, "2026-09-30T23:59:59Z").map(({ quarter: due }) => due)).toEqual(["2026-Q1"]);
  });

  it("end with the final report", () => {
    expect(dueQuarters({ ...duty, reporting_until: "2026-Q2" }, "2027-10-01T00:00:00Z").map(({ quarter: due }) => due)).toEqual([
      "2026-Q1",
    ]);
  });

  it("are none for a company that never reported", () => {
    expect(dueQuarters({ reporting_from: null }, "2026-10-01T00:00:00Z")).toEqual([]);
  });

  it("are not late at the deadline itself", () => {
    expect(dueQuarters({ reporting_from: "2026-Q3" }, "2026-10-31T00:00:00Z")).toMatchObject([{ late: false }]);
    expect(dueQuarters({ reporting_from: "2026-Q3" }, "2026-10-31T00:00:01Z")).toMatchObject([{ late: true }]);
  });
});
