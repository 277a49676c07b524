import { describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "../helpers/app.ts";

const URL = "/functions/v1/register-company";
const company = { company_name: "A", contact_email: "a@example.com" };
const asked: URLSearchParams[] = [];

async function withTurnstile(answer: () => Promise<Response>, check: (test: TestApp) => Promise<void>): Promise<void> {
  asked.length = 0;
  const fetch = ((_url: unknown, init?: RequestInit) => {
    asked.push(init?.body as URLSearchParams);
    return answer();
  }) as typeof globalThis.fetch;
  const test = await createTestApp({ config: { turnstileSecret: "1x0000000000000000000000000000000AA" }, overrides: { fetch } });
  try {
    await check(test);
  } finally {
    await test.close();
  }
}

describe("Turnstile", () => {
  it("lets a form through that Cloudflare vouches for, and is told who asks", () =>
    withTurnstile(
      async () => Response.json({ success: true }),
      async (test) => {
        expect((await test.post(URL, { ...company, turnstile_token: "good" })).statusCode).toBe(201);
        expect(Object.fromEntries(asked[0] ?? [])).toEqual({
          secret: "1x0000000000000000000000000000000AA",
          response: "good",
          remoteip: "127.0.0.1",
        });
      },
    ));

  it("stops a form without a token, or with one that is spent", () =>
    withTurnstile(
      async () => Response.json({ success: false, "error-codes": ["timeout-or-duplicate"] }),
      async (test) => {
        const missing = await test.post(URL, company);
        expect([missing.statusCode, missing.json().code, missing.json().details]).toEqual([
          403,
          "TURNSTILE_REQUIRED",
          { path: "turnstile_token" },
        ]);
        expect((await test.post(URL, { ...company, turnstile_token: "spent" })).json()).toMatchObject({ code: "TURNSTILE_FAILED" });
        expect(await test.rows("select 1 from omla.commercial_users")).toEqual([]);
      },
    ));

  it("asks whoever wants a sign-in mail, and nobody who has a mailed token or a key", () =>
    withTurnstile(
      async () => Response.json({ success: true }),
      async (test) => {
        const session = "/functions/v1/company-session";
        const { api_key } = (await test.post(URL, { ...company, turnstile_token: "good" })).json();
        const answers = [
          await test.post(session, { email: company.contact_email }),
          await test.post(session, { email: company.contact_email, turnstile_token: "good" }),
          await test.post(session, { token: "spent" }),
          await test.post(session, {}, api_key),
        ];
        expect(answers.map((answer) => [answer.statusCode, answer.json().code ?? "none"])).toEqual([
          [403, "TURNSTILE_REQUIRED"],
          [200, "none"],
          [401, "SIGN_IN_TOKEN"],
          [200, "none"],
        ]);
      },
    ));

  it.each([
    ["unreachable", async () => Promise.reject(new Error("no route to host"))],
    ["broken", async () => new Response("<html>", { status: 502 })],
    ["confused", async () => new Response("not json")],
  ])("fails closed when it is %s", (_name, answer) =>
    withTurnstile(answer, async (test) => {
      const refused = await test.post(URL, { ...company, turnstile_token: "t" });
      expect([refused.statusCode, refused.json().code]).toEqual([503, "TURNSTILE_UNREACHABLE"]);
    }),
  );

  it("does not stand before what is signed or keyed", () =>
    withTurnstile(
      async () => Response.json({ success: false }),
      async (test) => {
        expect((await test.post("/functions/v1/mutate", { document: {} })).json()).toMatchObject({ code: "DOCUMENT_TYPE" });
      },
    ));
});
