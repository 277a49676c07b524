import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sendNotice } from "../../../src/domain/notices/sender.ts";
import type { Notice } from "../../../src/domain/notices/service.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { START } from "../../helpers/clock.ts";
import { createRegistry, type Registry } from "../../postgrest/registry.ts";

const URL = "/functions/v1/company-session";
let registry: Registry;
let test: TestApp;
beforeAll(async () => {
  registry = await createRegistry();
  test = registry.test;
});
afterAll(() => test.close());
beforeEach(() => {
  test.queued.length = 0;
  test.mails.length = 0;
  test.clock.set(START);
});

/** Sends what waits, and gives the tokens of the mails. */
async function tokens(): Promise<string[]> {
  for (const { name, data } of test.queued) if (name === "notice") await sendNotice(test.ctx, data as Notice);
  return test.mails.map(({ text }) => /"token":"([^"]+)"/.exec(text)?.[1] ?? "");
}

const reports = async (token: string): Promise<unknown> =>
  (await test.get("/rest/v1/usage_reports?select=id", { authorization: `Bearer ${token}` })).json();

describe("a company signs in", () => {
  it("by the token of a mail, once, and sees its own rows alone", async () => {
    const asked = await test.post(URL, { email: "OFFICE@example.com" });
    expect([asked.statusCode, asked.json()]).toEqual([200, { sent: true }]);
    // Both companies of the registry have this address; each gets a mail of its own.
    const [first = "", second = ""] = await tokens();
    expect(test.mails.map(({ subject }) => subject).sort()).toEqual(["OMLA: sign in for First", "OMLA: sign in for Second"]);
    const sessions = [(await test.post(URL, { token: first })).json(), (await test.post(URL, { token: second })).json()];
    const own = sessions.find((session) => session.company_id === registry.company.company_id);
    const other = sessions.find((session) => session.company_id === registry.stranger.company_id);
    expect(own).toMatchObject({ token_type: "bearer", expires_in: 900 });
    expect(await reports(own.access_token)).toEqual([{ id: registry.report_id }]);
    expect(await reports(other.access_token)).toEqual([]);
    expect((await test.post(URL, { token: first })).json()).toMatchObject({ code: "SIGN_IN_TOKEN" });
    test.clock.advance({ minutes: 15 });
    expect((await test.get("/rest/v1/usage_reports", { authorization: `Bearer ${own.access_token}` })).statusCode).toBe(401);
  });

  it("by its key, for whoever shall not hold the key", async () => {
    const { access_token } = (await test.post(URL, {}, registry.company.api_key)).json();
    expect(await reports(access_token)).toEqual([{ id: registry.report_id }]);
  });

  it("and changes nothing by its session", async () => {
    const { access_token } = (await test.post(URL, {}, registry.company.api_key)).json();
    for (const action of ["submit-report", "amend-report", "create-api-key", "list-api-keys", "declare-currencies"])
      expect([action, (await test.post(`/functions/v1/${action}`, {}, access_token)).statusCode]).toEqual([action, 403]);
    expect((await test.post("/rest/v1/usage_reports", {}, access_token)).statusCode).toBe(403);
  });

  it("not by an address that nobody registered, which looks the same", async () => {
    const answer = await test.post(URL, { email: "nobody@example.com" });
    expect([answer.statusCode, answer.json(), test.queued]).toEqual([200, { sent: true }, []]);
  });

  it("not late, nor with another token of ours", async () => {
    await test.post(URL, { email: "office@example.com" });
    const [token = ""] = await tokens();
    test.clock.advance({ minutes: 15 });
    expect((await test.post(URL, { token })).statusCode).toBe(401);
    for (const other of [registry.creator, test.operator, "x", `${token}x`])
      expect((await test.post(URL, { token: other })).json()).toMatchObject({ code: "SIGN_IN_TOKEN" });
    expect((await test.post(URL, {})).json()).toMatchObject({ code: "SIGN_IN_TOKEN" });
    expect((await test.post(URL, { email: "office@example.com", token })).json()).toMatchObject({ code: "SIGN_IN_TOKEN" });
  });
});

describe("the rate of sign-in mails", () => {
  it("holds for an address, whatever networks ask", async () => {
    const limited = await createTestApp({ rates: true, config: { trustProxy: ["127.0.0.1"] } });
    try {
      const statuses: number[] = [];
      for (let at = 0; at < 6; at += 1) {
        const answer = await limited.post(URL, { email: "office@example.com" }, undefined, { "x-forwarded-for": `203.0.113.${at}` });
        statuses.push(answer.statusCode);
      }
      expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    } finally {
      await limited.close();
    }
  });
});
