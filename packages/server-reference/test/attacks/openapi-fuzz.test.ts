import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signToken } from "../../src/credentials/jwt.ts";
import { createTestApp, JWT_SECRET, type TestApp } from "../helpers/app.ts";
import { signedInMember } from "../helpers/board.ts";
import { type Company, registerCompany, registerModel, signModel } from "../helpers/factories.ts";

interface Operation {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
}

let test: TestApp;
let company: Company;
/** Of somebody who proved the model's key. */
let session: string;
/** Of a member of the board who may pay out. */
let board: string;
let operations: Operation[];
let members: string[];
/** Values that are right somewhere, so that the fuzz gets past the first check. */
let known: readonly unknown[];
beforeAll(async () => {
  test = await createTestApp();
  const model = await registerModel(test);
  company = await registerCompany(test);
  board = (await signedInMember(test, "payout")).token;
  const other = await signModel();
  const iat = Math.floor(test.clock.now().getTime() / 1_000);
  session = signToken({ role: "authenticated", sub: model.model_id, pubkey: model.keys.publicKey, iat, exp: iat + 900 }, JWT_SECRET);
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
  const description = (await test.get("/openapi.json")).json() as { paths: Record<string, Record<string, unknown>> };
  const { paths } = description;
  members = [...new Set(membersOf(description))].sort();
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => ["get", "post", "put", "patch", "delete"].includes(method))
      .map((method) => ({ method: method.toUpperCase() as Operation["method"], path })),
  );
});
afterAll(() => test.close());

/** Every member that some operation takes or gives, wherever it stands in the document. */
function membersOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const own =
    "properties" in value && typeof value.properties === "object" && value.properties !== null ? Object.keys(value.properties) : [];
  return [...own, ...Object.values(value).flatMap(membersOf)];
}

/** On average; what is new in the document is asked as often as the rest. */
const RUNS_EACH = 25;

describe("the fuzz of every operation", { timeout: 300_000 }, () => {
  it("schemathesis_all_checks: no answer is a 5xx, every refusal has the one form and shows no SQL", async () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        tie("leaf"),
        fc.array(tie("any"), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom(...members), tie("any"), { maxKeys: 5 }),
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
        fc.constantFrom(undefined, "anon", company.api_key, session, board, test.operator, "x"),
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
      { numRuns: Math.max(1_500, RUNS_EACH * operations.length) },
    );
  });
});
