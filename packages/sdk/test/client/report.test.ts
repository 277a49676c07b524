import { createClient, OmlaAccessError, OmlaConflictError, OmlaError, OmlaInputError } from "@omla/sdk";
import { describe, expect, it } from "vitest";
import { API_KEY, listen, RECEIPT, sendJson } from "./listener.ts";

const MODEL = "0b5b1d7e-8d3f-4a52-9c55-2a6f7a0e9d11";
const entry = { model: MODEL, inferences: 1_200_000, revenue_usd: "18400.00", run_cost_usd: "5100.00" };

async function caught(promise: Promise<unknown>): Promise<OmlaError> {
  return promise.then(
    () => expect.fail("it was not refused"),
    (error: unknown) => {
      expect(error).toBeInstanceOf(OmlaError);
      return error as OmlaError;
    },
  );
}

describe("report", () => {
  it("sends amounts as strings with six places and gives the registry's receipt", async () => {
    const { url, seen } = await listen((_, response) => sendJson(response, 201, RECEIPT));
    const omla = createClient({ url, apiKey: API_KEY });
    const receipt = await omla.report({ quarter: "2026-Q3", entries: [{ ...entry, revenue_usd: 18400, run_cost_usd: 5100.5 }] });
    expect(receipt.royalty_usd).toBe("300.000000");
    expect(seen[0]?.url).toBe("/functions/v1/submit-report");
    expect(seen[0]?.body).toEqual({
      quarter: "2026-Q3",
      entries: [{ model: MODEL, inferences: 1_200_000, revenue_usd: "18400.000000", run_cost_usd: "5100.500000" }],
    });
    expect(seen[0]?.headers.authorization).toBe(`Bearer ${API_KEY}`);
  });

  it("uses one idempotency key for what means the same, in any process", async () => {
    const { url, seen } = await listen((_, response) => sendJson(response, 201, RECEIPT));
    await createClient({ url, apiKey: API_KEY }).report({ quarter: "2026-Q3", entries: [entry] });
    await createClient({ url, apiKey: API_KEY }).report({
      entries: [{ ...entry, model: MODEL.toUpperCase(), revenue_usd: 18400 }],
      quarter: "2026-Q3",
    });
    const [first, second] = seen.map(({ headers }) => headers["idempotency-key"]);
    expect(first).toMatch(/^submit-report-[0-9a-f]{64}$/);
    expect(second).toBe(first);
  });

  it("uses another key for another quarter, another figure and another action", async () => {
    const { url, seen } = await listen((_, response) => sendJson(response, 201, RECEIPT));
    const omla = createClient({ url, apiKey: API_KEY });
    await omla.report({ quarter: "2026-Q3", entries: [entry] });
    await omla.report({ quarter: "2026-Q2", entries: [entry] });
    await omla.report({ quarter: "2026-Q3", entries: [{ ...entry, revenue_usd: "18400.000001" }] });
    await omla.reports.amend({ quarter: "2026-Q3", entries: [entry] });
    expect(new Set(seen.map(({ headers }) => headers["idempotency-key"])).size).toBe(4);
  });

  it("takes a nil report and a pipeline", async () => {
    const { url, seen } = await listen((_, response) => sendJson(response, 201, RECEIPT));
    const omla = createClient({ url, apiKey: API_KEY });
    await omla.report({ quarter: "2026-Q3", entries: [], final: true });
    await omla.report({
      quarter: "2026-Q3",
      entries: [{ pipeline: "chat", revenue_usd: "10", run_cost_usd: "2", models: [{ model: MODEL, weight: 0.4, inferences: 3 }] }],
    });
    expect(seen[0]?.body).toEqual({ quarter: "2026-Q3", entries: [], final: true });
    expect(seen[1]?.body).toMatchObject({ entries: [{ pipeline: "chat", models: [{ model: MODEL, weight: "0.4", inferences: 3 }] }] });
  });

  it("names amend where the quarter is reported already", async () => {
    const { url } = await listen((_, response) =>
      sendJson(response, 409, {
        code: "REPORT_EXISTS",
        message: "2026-Q3 is reported",
        details: { version: 1 },
        hint: null,
        request_id: "req-1",
      }),
    );
    const error = await caught(createClient({ url, apiKey: API_KEY }).report({ quarter: "2026-Q3", entries: [entry] }));
    expect(error).toBeInstanceOf(OmlaConflictError);
    expect(error).toMatchObject({ code: "REPORT_EXISTS", requestId: "req-1", details: { version: 1 } });
    expect(error.hint).toContain("omla.reports.amend");
  });
});

describe("a report that is wrong in itself is refused before anything is sent", () => {
  const refuse = async (input: unknown): Promise<OmlaError> => {
    const { url, seen } = await listen((_, response) => sendJson(response, 500, {}));
    const error = await caught(createClient({ url, apiKey: API_KEY }).report(input as never));
    expect(seen).toHaveLength(0);
    expect(error).toBeInstanceOf(OmlaInputError);
    return error;
  };

  it.each([
    ["a float that is not what it seems", { revenue_usd: 0.1 + 0.2 }, "AMOUNT_INVALID", "entries[0].revenue_usd"],
    ["a seventh place", { run_cost_usd: "1.0000001" }, "AMOUNT_INVALID", "entries[0].run_cost_usd"],
    ["an amount of 10^12", { revenue_usd: "1000000000000" }, "AMOUNT_RANGE", "entries[0].revenue_usd"],
    ["a negative number", { revenue_usd: -1 }, "AMOUNT_INVALID", "entries[0].revenue_usd"],
    ["half an inference", { inferences: 1.5 }, "COUNT_INVALID", "entries[0].inferences"],
    ["an address with a typing error", { model: "omla1qqqsyqcyq5rqwzqfpg9scrgwpugpzysn6zzzzz" }, "ADDRESS_INVALID", "entries[0].model"],
    ["a name in place of a model", { model: "my-model" }, "MODEL_REFERENCE", "entries[0].model"],
    ["a member that is misspelt", { revenue: "1" }, "MEMBER_UNKNOWN", "entries[0].revenue"],
    ["a member that is missing", { run_cost_usd: undefined }, "MEMBER_MISSING", "entries[0].run_cost_usd"],
  ])("%s", async (_, change, code, path) => {
    const error = await refuse({ quarter: "2026-Q3", entries: [{ ...entry, ...change }] });
    expect(error).toMatchObject({ code, path });
    expect(error.hint).not.toBe("");
  });

  it("a quarter that is none", async () => {
    expect(await refuse({ quarter: "2026-Q5", entries: [] })).toMatchObject({ code: "QUARTER_INVALID", path: "quarter" });
  });

  it("more entries than a report may have", async () => {
    const entries = Array.from({ length: 5001 }, () => entry);
    expect(await refuse({ quarter: "2026-Q3", entries })).toMatchObject({ code: "LIMIT_EXCEEDED", path: "entries" });
  });
});

describe("an API key", () => {
  it("is asked for where it is missing", async () => {
    const error = await caught(createClient({ url: "https://registry.example" }).report({ quarter: "2026-Q3", entries: [] }));
    expect(error).toBeInstanceOf(OmlaAccessError);
    expect(error.code).toBe("API_KEY_MISSING");
  });

  it("that is mistyped is found before it is sent, and no message repeats it", async () => {
    const mistyped = `${API_KEY.slice(0, 30)}x${API_KEY.slice(31)}`;
    const error = await caught(
      createClient({ url: "https://registry.example", apiKey: mistyped }).report({ quarter: "2026-Q3", entries: [] }),
    );
    expect(error.code).toBe("API_KEY_MALFORMED");
    expect(error.message).toContain("checksum");
    expect(JSON.stringify([error.message, error.hint, error.details ?? null])).not.toContain(mistyped.slice(10, 30));
  });

  it.each([
    ["API_KEY_INVALID", "the key is unknown, wrong or revoked"],
    ["API_KEY_EXPIRED", "the key has expired"],
  ])("that the registry refuses with %s stays out of everything printed", async (code, message) => {
    const { url } = await listen((_, response) =>
      sendJson(response, 401, { code, message, details: null, hint: "Ask for another.", request_id: "r" }),
    );
    const omla = createClient({ url, apiKey: API_KEY });
    const error = await caught(omla.report({ quarter: "2026-Q3", entries: [] }));
    expect(error).toBeInstanceOf(OmlaAccessError);
    expect(error).toMatchObject({ code, message });
    const { inspect } = await import("node:util");
    expect(inspect(error, { depth: 9 }) + inspect(omla, { depth: 9 })).not.toContain(API_KEY.slice(-38));
  });
});
