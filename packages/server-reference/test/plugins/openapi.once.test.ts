import { readFileSync } from "node:fs";
import { join } from "node:path";
import { verifyDocument } from "@omla/sdk/protocol";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXAMPLES } from "../../src/plugins/openapi-examples.ts";
import { takesIdempotencyKey } from "../../src/plugins/openapi-operations.ts";
import { REFUSALS } from "../../src/plugins/openapi-refusals.ts";
import { projectFiles } from "../../../../tools/tidy/source-files.ts";
import { createTestApp, type TestApp } from "../helpers/app.ts";
import IDS from "./operation-ids.json" with { type: "json" };

const ROOT = join(import.meta.dirname, "../../../..");

interface Media {
  readonly "application/json"?: { readonly schema: object; readonly example?: unknown };
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly $ref?: string }[];
  readonly requestBody?: { readonly content: Media };
  readonly responses: Readonly<Record<string, { readonly $ref?: string; readonly headers?: object; readonly content?: Media }>>;
}
interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object> };
}

let test: TestApp;
let document: Document;
let operations: (readonly [name: string, operation: Operation])[];
beforeAll(async () => {
  test = await createTestApp();
  document = (await test.get("/openapi.json")).json();
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method} ${path}`, operation] as const),
  );
});
afterAll(() => test.close());

const operation = (name: string): Operation => operations.find(([known]) => known === name)?.[1] as Operation;
const statusesOf = (name: string): string[] => Object.keys(operation(name).responses).sort();

describe("the description in OpenAPI", () => {
  it("holds against the schema of OpenAPI 3.1", async () => {
    const validator = new Validator();
    const verdict = await validator.validate(structuredClone(document) as never);
    expect(verdict).toMatchObject({ valid: true });
    expect(validator.version).toBe("3.1");
  });

  it("names every operation once, in camel case", () => {
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(ids.filter((id) => !/^[a-z][A-Za-z0-9]+$/.test(id))).toEqual([]);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  });

  it("keeps the names that were given before", () => {
    expect(Object.fromEntries(operations.map(([name, { operationId }]) => [name, operationId]))).toMatchObject(IDS);
    expect(Object.keys(IDS).length).toBeGreaterThan(130);
  });

  it("says of each operation what its configuration refuses", () => {
    expect(statusesOf("post /functions/v1/submit-report")).toEqual([
      "200",
      "201",
      "400",
      "401",
      "403",
      "409",
      "413",
      "415",
      "429",
      "503",
      "default",
    ]);
    expect(statusesOf("post /functions/v1/quote")).toEqual(["200", "400", "401", "403", "413", "415", "429", "503", "default"]);
    expect(statusesOf("get /rest/v1/rpc/verify_by_hash")).toEqual(["200", "401", "429", "503", "default"]);
    expect(statusesOf("get /functions/v1/receipts/{number}")).toEqual(["200", "400", "401", "403", "404", "429", "503", "default"]);
    expect(statusesOf("get /healthz")).toEqual(["200", "503", "default"]);
  });

  it("lists codes that there are", () => {
    const page = readFileSync(join(ROOT, "docs/reference/codes.md"), "utf8");
    const codes = Object.values(REFUSALS).flatMap((refusal): readonly string[] => refusal.codes);
    expect(codes.filter((code) => !page.includes(`\n| \`${code}\` |`))).toEqual([]);
  });

  it("names the request in every answer of its own", () => {
    for (const [name, { responses }] of operations)
      for (const answer of Object.values(responses))
        if (answer.$ref === undefined)
          expect([name, answer.headers]).toEqual([name, expect.objectContaining({ "X-Request-Id": expect.anything() })]);
  });

  it("offers an Idempotency-Key where the route reads one, and nowhere else", () => {
    const offered = ({ parameters = [] }: Operation): boolean =>
      parameters.some(({ $ref }) => $ref === "#/components/parameters/IdempotencyKey");
    const found = routesInSource();
    expect(found.length).toBeGreaterThan(50);
    for (const { path, reads } of found) expect([path, takesIdempotencyKey("post", path)]).toEqual([path, reads]);
    for (const [name, each] of operations) {
      const [method = "", path = ""] = name.split(" ");
      expect([name, offered(each)]).toEqual([name, takesIdempotencyKey(method, path)]);
    }
  });
});

/** Routes whose path stands in the source beside what they do, by POST. */
function routesInSource(): { path: string; reads: boolean }[] {
  const files = projectFiles(ROOT).filter((file) => /^packages\/server-reference\/src\/domain\/.*routes\.ts$/.test(file));
  return files.flatMap((file) => {
    const parts = readFileSync(join(ROOT, file), "utf8").split(/(?=app\.(?:get|post|route)\b)/);
    return parts.flatMap((part) => {
      const path = /^app\.post\(\s*"([^"]+)"/.exec(part)?.[1]?.replace(/:(\w+)/g, "{$1}");
      return path === undefined ? [] : [{ path, reads: /\b(writeOnce|once|handIn|claimOf)[<(]/.test(part.split(/^}/m)[0] ?? "") }];
    });
  });
}

describe("the examples", () => {
  it("belong to operations that there are", () => {
    expect(Object.keys(EXAMPLES).filter((id) => !operations.some(([, { operationId }]) => operationId === id))).toEqual([]);
    expect(Object.keys(EXAMPLES)).toHaveLength(8);
  });

  it("hold against their schemas", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: "https://registry.test/openapi.json", components: document.components });
    const checked: string[] = [];
    const check = (name: string, media: Media | undefined): void => {
      const { schema, example } = media?.["application/json"] ?? {};
      if (schema === undefined || example === undefined) return;
      const text = JSON.stringify(schema).replaceAll('"#/', '"https://registry.test/openapi.json#/');
      const valid = ajv.compile(JSON.parse(text));
      expect([name, valid(example), valid.errors]).toEqual([name, true, null]);
      checked.push(name);
    };
    for (const [name, { operationId, requestBody, responses }] of operations) {
      if (EXAMPLES[operationId] === undefined) continue;
      check(`${name} request`, requestBody?.content);
      for (const [status, answer] of Object.entries(responses)) check(`${name} ${status}`, answer.content);
    }
    // Seven bodies, since `due` takes none; eight answers, and the second one of submit-report.
    expect(checked).toHaveLength(16);
  });

  it("carry a registration whose signature holds", async () => {
    const { document: signed } = EXAMPLES["registerModel"]?.request as { document: { ed25519_pubkey: string } };
    await expect(verifyDocument("registration", signed, signed.ed25519_pubkey)).resolves.toBeDefined();
  });
});
