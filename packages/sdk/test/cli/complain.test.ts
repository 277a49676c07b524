import { createTestRegistry, type TestRegistry } from "@omla/sdk/testing";
import { describe, expect, it } from "vitest";
import { emptyFolder, json, type Ran, runOmla } from "./run-omla.ts";

async function desk(): Promise<{ registry: TestRegistry; address: string; run: (...args: string[]) => Promise<Ran> }> {
  const registry = await createTestRegistry({ now: "2026-09-30T00:00:00Z" });
  const { address } = await registry.addModel({ name: "Example 7B" });
  const folder = emptyFolder();
  return { registry, address, run: (...args) => runOmla(["complain", ...args], { folder, registry }) };
}

const WHY = ["--reason", "OTHER", "--description", "Something is wrong"];

describe("omla complain", () => {
  it("gives a receipt, by which it tells how the complaint stands until it lapses", async () => {
    const { registry, address, run } = await desk();
    const { receipt } = json(await run("model", address, ...WHY, "--email", "me@example.org", "--json")) as unknown as { receipt: string };
    expect(await run("status", receipt)).toEqual({ code: 0, out: `${receipt}  open, filed at 2026-09-30T00:00:00Z\n`, err: "" });
    registry.clock.advance({ days: 61 });
    expect(json(await run("status", receipt, "--json"))).toMatchObject({ status: "lapsed", closed_at: "2026-11-30T00:00:00Z" });
  });

  it("takes an appeal from nobody who is not listed", async () => {
    const { address, run } = await desk();
    const appeal = await run(
      "model",
      address,
      "--reason",
      "APPEAL",
      "--description",
      "We paid",
      "--evidence",
      "https://example.org/receipt",
    );
    expect([appeal.code, appeal.err]).toEqual([1, expect.stringContaining("APPEAL_NOT_LISTED")]);
  });

  it.each([
    [["model"]],
    [["model", "omla1x"]],
    [["model", "omla1x", "--reason", "OTHER"]],
    [["model", "omla1x", "--reason", "REVENGE", "--description", "x"]],
    [["hoster", "x", ...WHY]],
  ])("exits 2 on wrong use: %j", async (args) => {
    const { run } = await desk();
    expect((await run(...args)).code).toBe(2);
  });

  it("says so where there is no complaint of a receipt", async () => {
    const { run } = await desk();
    const { code, err } = await run("status", "BBBBB-BBBBB-BBBBB-BBBBB");
    expect([code, err]).toEqual([1, expect.stringContaining("COMPLAINT_NOT_FOUND")]);
  });
});
