import { describe, expect, it } from "vitest";
import cases from "../../../../vectors/blacklist.json" with { type: "json" };
import { verifyBlacklist } from "../../src/protocol/blacklist.ts";
import { fromBase64 } from "../../src/protocol/bytes.ts";

describe("the blacklist vectors", () => {
  it.each(cases)("$name", async ({ raw_base64, keys, threshold, now, prior, expected, expected_state }) => {
    const verdict = await verifyBlacklist(fromBase64(raw_base64) as Uint8Array, { keys, threshold, now: new Date(now), prior });
    expect(verdict.ok ? ["OK", verdict.state] : [verdict.code, undefined]).toEqual([expected, expected_state]);
  });
});
