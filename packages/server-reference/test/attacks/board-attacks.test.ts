import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "../helpers/app.ts";
import { addMember, nextCode, OWN_PAGE, signedInMember } from "../helpers/board.ts";
import { registerModel } from "../helpers/factories.ts";

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp({ rates: true });
});
afterAll(() => test.close());

const complain = (id: string, from?: string): ReturnType<TestApp["post"]> =>
  test.app.inject({
    method: "POST",
    url: "/functions/v1/file-complaint",
    remoteAddress: from ?? "192.0.2.1",
    payload: { target: { kind: "model", id }, reason: "OTHER", description: "It is bad." },
  });

describe("floods and guesses", () => {
  it("complaints: one network has one open complaint per target and five a day, spoofed headers or not", async () => {
    const models = [];
    for (let count = 0; count < 3; count += 1) models.push(await registerModel(test));
    const [first = { model_id: "" }, second = { model_id: "" }] = models;
    expect((await complain(first.model_id)).statusCode).toBe(201);
    expect([(await complain(first.model_id)).statusCode, (await complain(first.model_id)).json().code]).toEqual([409, "COMPLAINT_OPEN"]);
    // Another network may complain about the same target, and this one about another.
    expect((await complain(first.model_id, "2001:db8:1:2::1")).statusCode).toBe(201);
    expect((await complain(first.model_id, "2001:db8:1:2:ffff::9")).json().code).toBe("COMPLAINT_OPEN");
    expect((await complain(second.model_id)).statusCode).toBe(201);
    expect((await complain(second.model_id)).json().code).toBe("COMPLAINT_OPEN");
    const sixth = await test.app.inject({
      method: "POST",
      url: "/functions/v1/file-complaint",
      remoteAddress: "192.0.2.1",
      headers: { "x-forwarded-for": "203.0.113.9" },
      payload: { target: { kind: "model", id: models[2]?.model_id }, reason: "OTHER", description: "It is bad." },
    });
    expect([sixth.statusCode, sixth.json().code]).toEqual([429, "RATE_LIMITED"]);
  });

  it("complaints: two at one moment from one network are one", async () => {
    test.clock.advance({ days: 1 });
    const { model_id } = await registerModel(test);
    const answers = await Promise.all([1, 2, 3].map(() => complain(model_id, "192.0.2.7")));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409, 409]);
  });

  it("sign-in: ten tries a minute from one network, and a code of the future is none", async () => {
    const member = await addMember(test);
    const enter = (code: string): ReturnType<TestApp["post"]> =>
      test.post("/admin/v1/sign-in", { email: member.email, code }, undefined, OWN_PAGE);
    const tomorrow = nextCode(test, member);
    test.clock.advance({ days: -1 });
    expect((await enter(tomorrow)).statusCode).toBe(401);
    const answers: number[] = [];
    for (let count = 0; count < 10; count += 1) answers.push((await enter("000000")).statusCode);
    expect(answers).toEqual([...new Array<number>(9).fill(401), 429]);
  });

  it("bad input: bodies, ids and pages that are none are refused without a fault of the server", async () => {
    test.clock.advance({ days: 2 });
    const member = await signedInMember(test, "payout");
    const bodies: unknown[] = [
      null,
      [],
      "x",
      1,
      {},
      { note: 1 },
      { note: "\u0000" },
      { note: "x".repeat(70_000) },
      { __proto__: null, note: "abc", more: 1 },
    ];
    for (const body of bodies) {
      for (const path of [
        "subjects/1/clear",
        "complaints/not-an-id/resolve",
        "redactions",
        "payments/confirm",
        "locations/check",
        "prove",
      ]) {
        const answer = await test.post(`/admin/v1/${path}`, JSON.stringify(body), member.token);
        expect([path, answer.statusCode >= 400 && answer.statusCode < 500]).toEqual([path, true]);
      }
    }
    for (const query of [
      "subjects?limit=1e9",
      "subjects?kind=x",
      "audit?before=-1",
      "audit?before=99999999999999999999",
      "locations?verified=1",
      "tax/totals?year=0",
    ]) {
      const answer = await test.get(`/admin/v1/${query}`, { authorization: `Bearer ${member.token}` });
      expect([query, answer.statusCode]).toEqual([query, 400]);
    }
    for (const cookie of [
      "__Host-omla_board=",
      "__Host-omla_board=%00",
      `__Host-omla_board=${"x".repeat(5_000)}`,
      "__Host-omla_board=a; __Host-omla_board=b",
    ])
      expect([401, 403]).toContain((await test.get("/admin/v1/me", { cookie })).statusCode);
  });
});
