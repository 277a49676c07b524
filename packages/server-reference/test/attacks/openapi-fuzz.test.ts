import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "../helpers/app.ts";
import { type Company, registerCompany, registerModel, signModel } from "../helpers/factories.ts";

interface Operation {
  readonly method: "GET" | "POST";
  readonly path: string;
}

let test: TestApp;
let company: Company;
let operations: Operation[];
/** Values that are right somewhere, so that the fuzz gets past the first check. */
let known: readonly unknown[];
beforeAll(async () => {
  test = await createTestApp();
  const model = await registerModel(test);
  company = await registerCompany(test);
  const other = await signModel();
  known = [
    model.address,
    model.model_id,
    model.hash,
    company.company_id,
    "2026-Q2",
    "100.00",
    other.document,
    { document: other.document },
    { kind: "model", id: model.model_id },
  ];
  const { paths } = (await test.get("/openapi.json")).json() as { paths: Record<string, Record<string, unknown>> };
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => method === "get" || method === "post")
      .map((method) => ({ method: method.toUpperCase() as Operation["method"], path })),
  );
});
afterAll(() => test.close());

const MEMBERS = [
  "document",
  "private",
  "quarter",
  "entries",
  "model",
  "models",
  "target_model_id",
  "hashes",
  "addresses",
  "ids",
  "currencies",
  "conversion_fees",
  "kid",
  "live",
  "token",
  "target",
  "reason",
  "description",
  "challenge",
  "final",
  "spec",
  "registry",
  "nonce",
  "change",
];

describe("the fuzz of every operation", { timeout: 300_000 }, () => {
  it("schemathesis_all_checks: no answer is a 5xx, every refusal has the one form and shows no SQL", async () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        tie("leaf"),
        fc.array(tie("any"), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom(...MEMBERS), tie("any"), { maxKeys: 5 }),
      ),
      leaf: fc.oneof(
        fc.constantFrom(
          null,
          true,
          false,
          0,
          -1,
          1e3,
          Number.MAX_SAFE_INTEGER,
          "",
          "'",
          "'; drop table omla.models; --",
          "\u0000",
          "\ud800",
          "../../etc/passwd",
          "${7*7}",
          "9".repeat(400),
        ),
        fc.string({ unit: "grapheme" }),
        fc.integer(),
        fc.constantFrom(...known),
      ),
    })).any;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...operations),
        value,
        fc.string({ unit: "binary", maxLength: 30 }),
        fc.constantFrom(undefined, "anon", company.api_key, test.operator, "x"),
        async ({ method, path }, body, name, credential) => {
          const url = path.replace(/\{[^}]+\}/g, encodeURIComponent(name) || "x");
          const headers = credential === undefined ? {} : { authorization: `Bearer ${credential}` };
          const answer =
            method === "GET"
              ? await test.app.inject({ method, url, headers })
              : await test.app.inject({
                  method,
                  url,
                  headers: { ...headers, "content-type": "application/json" },
                  payload: JSON.stringify(body),
                });
          expect(answer.statusCode, `${method} ${url} ${JSON.stringify(body)}: ${answer.body}`).toBeLessThan(500);
          if (answer.statusCode >= 400) {
            const own = { code: expect.stringMatching(/^[A-Z][A-Z0-9_]+$/), message: expect.any(String), request_id: expect.any(String) };
            // Under /rest/v1 errors have PostgREST's form, with its codes.
            const form = path.startsWith("/rest/v1") ? { code: expect.stringMatching(/^[A-Z0-9_]+$/), message: expect.any(String) } : own;
            expect(answer.json()).toMatchObject(form);
            expect(answer.body).not.toMatch(/\bselect\b.*\bfrom\b|omla\.[a-z_]+\(|syntax error at/i);
          }
        },
      ),
      { numRuns: 1_500 },
    );
  });
});
