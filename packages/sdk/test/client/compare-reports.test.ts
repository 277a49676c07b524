import { compareReports, type FiledReport } from "@omla/sdk";
import { describe, expect, it } from "vitest";

const line = (model_id: string, revenue_usd: string, royalty_usd: string): FiledReport["lines"][number] => ({
  ...{ report_id: "r", entry: "entries[0]", model_id, name: `Model ${model_id}`, pipeline: null, status: "submitted", inferences: 5 },
  ...{ revenue_usd, run_cost_usd: "1.000000", weight: "1", rate: "0.3", royalty_basis: "revenue" as const },
  ...{ royalty_usd, deducted_fees_usd: "0.000000", net_royalty_usd: royalty_usd },
});

const report = (royalty_usd: string, ...lines: FiledReport["lines"]): FiledReport => ({
  ...{ submission_id: "s", quarter: "2026-Q3", version: 1, final: false, live: true, filed_at: "x", due_at: "y" },
  ...{ royalty_usd, deducted_fees_usd: "0.000000", net_royalty_usd: royalty_usd, lines },
});

describe("the difference of two versions", () => {
  it("is empty between equal ones", () => {
    expect(
      compareReports(report("3.000000", line("a", "10.000000", "3.000000")), report("3.000000", line("a", "10.000000", "3.000000"))),
    ).toEqual([]);
  });

  it("names figure, before, after and signed difference, exactly", () => {
    const changes = compareReports(
      report("3.000000", line("a", "10.000000", "3.000000")),
      report("2.999999", line("a", "9.999997", "2.999999")),
    );
    expect(changes.map(({ name, member, difference }) => [name, member, difference])).toEqual([
      ["Model a", "revenue_usd", "-0.000003"],
      ["Model a", "royalty_usd", "-0.000001"],
      ["Model a", "net_royalty_usd", "-0.000001"],
      ["total", "royalty_usd", "-0.000001"],
      ["total", "net_royalty_usd", "-0.000001"],
    ]);
  });

  it("shows a model that came or went as such", () => {
    const changes = compareReports(
      report("3.000000", line("a", "10.000000", "3.000000")),
      report("3.000000", line("b", "10.000000", "3.000000")),
    );
    const of = (model: string): unknown => changes.find(({ model_id, member }) => model_id === model && member === "royalty_usd");
    expect(of("a")).toMatchObject({ before: "3.000000", after: null, difference: "-3.000000" });
    expect(of("b")).toMatchObject({ before: null, after: "3.000000", difference: "+3.000000" });
  });
});
