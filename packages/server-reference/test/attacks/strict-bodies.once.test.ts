import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signToken } from "../../src/credentials/jwt.ts";
import { createTestApp, JWT_SECRET, type TestApp } from "../helpers/app.ts";
import { signedInMember } from "../helpers/board.ts";
import { registerCompany, registerModel } from "../helpers/factories.ts";

let test: TestApp;
/** One of these may call each operation. */
let credentials: (string | undefined)[];
let paths: string[];
beforeAll(async () => {
  test = await createTestApp();
  const model = await registerModel(test);
  const iat = Math.floor(test.clock.now().getTime() / 1_000);
  const session = signToken({ role: "authenticated", sub: "s", pubkey: model.keys.publicKey, iat, exp: iat + 900 }, JWT_SECRET);
  const { api_key } = await registerCompany(test);
  credentials = [undefined, api_key, session, test.operator, (await signedInMember(test, "payout")).token];
  const document = (await test.get("/openapi.json")).json() as { paths: Record<string, Record<string, { requestBody?: unknown }>> };
  paths = Object.entries(document.paths).flatMap(([path, { post }]) => (post?.requestBody === undefined ? [] : [path]));
});
afterAll(() => test.close());

const nested = (levels: number): string => `{"a":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;

/** Bodies that no operation may take, whatever it is about. */
const HOSTILE: Readonly<Record<string, string>> = {
  "a member twice": '{"document":{},"document":{}}',
  "a member twice, deep inside": '{"a":{"b":[{"c":1,"c":2}]}}',
  "a member twice, once escaped": '{"kid":"1","\\u006bid":"2"}',
  "a float": '{"revenue_usd":1.5}',
  "an exponent": '{"revenue_usd":1e3}',
  "minus zero": '{"inferences":-0}',
  "a number beyond the safe ones": '{"nonce":9007199254740992}',
  "seventeen levels": nested(17),
  "three thousand levels": nested(3_000),
  "a prototype": '{"__proto__":{"admin":true}}',
  "a constructor": '{"a":{"constructor":1}}',
  "a NUL": '{"a":"\\u0000"}',
  "half a character": '{"a":"\\ud800"}',
  "five thousand and one values": `{"a":[${"1,".repeat(5_000)}1]}`,
  "a byte order mark": '\uFEFF{"a":1}',
  "text after the end": "{} {}",
  "a comment": '{"a":1/*x*/}',
};

describe("every operation that takes a body", () => {
  it("is among those of the document", () => {
    expect(paths.length).toBeGreaterThan(40);
  });

  it.each(Object.entries(HOSTILE))("refuses %s, and without a 5xx", async (_name, payload) => {
    for (const url of paths) {
      const codes: string[] = [];
      for (const credential of credentials) {
        const answer = await test.post(url.replace(/\{[^}]+\}/g, "00000000-0000-4000-8000-000000000000"), payload, credential);
        expect([url, answer.statusCode < 500 && answer.statusCode >= 400]).toEqual([url, true]);
        codes.push((answer.json() as { code: string }).code);
      }
      // Functions read the dialect's JSON, floats included, and refuse arguments that they do not have.
      const isStrict = url.startsWith("/rest/v1/rpc/") || codes.some((code) => code === "CANONICAL_JSON" || code === "LIMIT_EXCEEDED");
      expect([url, isStrict, codes]).toEqual([url, true, codes]);
    }
  });
});
