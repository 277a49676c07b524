import { describe, expect, it } from "vitest";
import { run } from "../../src/cli/run.ts";

async function cli(args: readonly string[], environment: Record<string, string> = {}): Promise<{ code: number; error: string }> {
  const errors: string[] = [];
  const code = await run(args, {
    environment: { OMLA_DATA_DIR: "memory", OMLA_JWT_SECRET: "a-secret-of-the-tests-with-more-than-32-characters", ...environment },
    out: () => undefined,
    error: (line) => void errors.push(line),
  });
  return { code, error: errors.join("\n") };
}

describe("omla-server sepa-file", () => {
  it("wants the name of one run", async () => {
    expect(await cli(["sepa-file"])).toMatchObject({ code: 2 });
    expect(await cli(["sepa-file", "one", "two"])).toMatchObject({ code: 2, error: expect.stringContaining("Name one run") });
  });

  it("says what to set, and which run there is not", async () => {
    const run = "6e9bd9bd-9c3f-4a5e-8a4b-0f3cf4d2b111";
    expect(await cli(["sepa-file", run])).toMatchObject({ code: 1, error: expect.stringContaining("RAIL_OFF: OMLA_SEPA_IBAN") });
    const account = { OMLA_SEPA_IBAN: "NL91 ABNA 0417 1643 00", OMLA_SEPA_NAME: "Association" };
    expect(await cli(["sepa-file", run], account)).toMatchObject({ code: 1, error: expect.stringContaining("PAYOUT_RUN_UNKNOWN") });
  });
});
