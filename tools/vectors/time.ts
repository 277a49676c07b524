export function quarterCases(): object[] {
  const ok = (text: string, start: string, end: string, previous: string, next: string): object => ({
    text,
    code: "OK",
    expected: { start: `${start}T00:00:00Z`, end: `${end}T00:00:00Z`, previous, next },
  });
  const bad = (text: string, why: string): object => ({ text, why, code: "QUARTER_INVALID" });
  return [
    ok("2026-Q1", "2026-01-01", "2026-04-01", "2025-Q4", "2026-Q2"),
    ok("2026-Q2", "2026-04-01", "2026-07-01", "2026-Q1", "2026-Q3"),
    ok("2026-Q3", "2026-07-01", "2026-10-01", "2026-Q2", "2026-Q4"),
    ok("2026-Q4", "2026-10-01", "2027-01-01", "2026-Q3", "2027-Q1"),
    ok("1999-Q4", "1999-10-01", "2000-01-01", "1999-Q3", "2000-Q1"),
    bad("2026-Q0", "there is no quarter 0"),
    bad("2026-Q5", "there is no fifth quarter"),
    bad("2026-q3", "lower case"),
    bad("2026Q3", "no hyphen"),
    bad("26-Q3", "two digits of the year"),
    bad("2026-Q3 ", "a space"),
    bad("2026-Q3\n", "a newline"),
    bad("٢٠٢٦-Q3", "digits that are not ASCII"),
    bad("", "empty"),
  ];
}

export function timestampCases(): object[] {
  const ok = (text: string, expected: number): object => ({ text, code: "OK", expected });
  const bad = (text: string, why: string): object => ({ text, why, code: "TIMESTAMP_INVALID" });
  return [
    ok("1970-01-01T00:00:00Z", 0),
    ok("2000-02-29T00:00:00Z", 951782400),
    ok("2026-12-31T23:59:59Z", 1798761599),
    ok("2024-02-29T12:00:00Z", 1709208000),
    bad("2026-02-29T00:00:00Z", "not a leap year"),
    bad("1900-02-29T00:00:00Z", "a century without a leap day"),
    bad("2026-04-31T00:00:00Z", "April has 30 days"),
    bad("2026-13-01T00:00:00Z", "a thirteenth month"),
    bad("2026-00-01T00:00:00Z", "month 0"),
    bad("2026-01-01T24:00:00Z", "hour 24"),
    bad("2026-12-31T23:59:60Z", "a leap second"),
    bad("2026-01-01T00:00:00+00:00", "an offset"),
    bad("2026-01-01T00:00:00.000Z", "a fraction"),
    bad("2026-01-01T00:00:00z", "lower case"),
    bad("2026-01-01 00:00:00Z", "a space for the T"),
    bad("2026-1-1T0:0:0Z", "single digits"),
    bad("2026-01-01", "a date"),
    bad("", "empty"),
  ];
}

export function dueQuarterCases(): object[] {
  const of = (name: string, facts: object, now: string, expected: [string, string, boolean][]): object => ({
    name,
    reporting_from: null,
    reporting_until: null,
    reported_quarters: [],
    ...facts,
    now,
    code: "OK",
    expected: expected.map(([quarter, due_at, late]) => ({ quarter, due_at, late })),
  });
  const from = { reporting_from: "2026-Q1", reported_quarters: ["2026-Q2"] };
  return [
    of("a company that never reported owes no report", {}, "2026-10-01T00:00:00Z", []),
    of("a quarter is due from its end on", from, "2026-10-01T00:00:00Z", [
      ["2026-Q1", "2026-05-01T00:00:00Z", true],
      ["2026-Q3", "2026-10-31T00:00:00Z", false],
    ]),
    of("a quarter that has not ended is not due", from, "2026-09-30T23:59:59Z", [["2026-Q1", "2026-05-01T00:00:00Z", true]]),
    of("the deadline itself is not late", { reporting_from: "2026-Q3" }, "2026-10-31T00:00:00Z", [
      ["2026-Q3", "2026-10-31T00:00:00Z", false],
    ]),
    of("a second later it is", { reporting_from: "2026-Q3" }, "2026-10-31T00:00:01Z", [["2026-Q3", "2026-10-31T00:00:00Z", true]]),
    of("the final report ends the duty", { ...from, reporting_until: "2026-Q2" }, "2027-10-01T00:00:00Z", [
      ["2026-Q1", "2026-05-01T00:00:00Z", true],
    ]),
    of("from the fourth quarter into the next year", { reporting_from: "2026-Q4" }, "2027-04-01T00:00:00Z", [
      ["2026-Q4", "2027-01-31T00:00:00Z", true],
      ["2027-Q1", "2027-05-01T00:00:00Z", false],
    ]),
    {
      name: "a fifth quarter",
      reporting_from: "2026-Q5",
      reporting_until: null,
      reported_quarters: [],
      now: "2027-04-01T00:00:00Z",
      code: "QUARTER_INVALID",
    },
    {
      name: "a clock without a time",
      reporting_from: "2026-Q1",
      reporting_until: null,
      reported_quarters: [],
      now: "2027-04-01",
      code: "TIMESTAMP_INVALID",
    },
  ];
}
