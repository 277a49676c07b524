import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestApp, type TestApp } from "../helpers/app.ts";
import { decideTogether, signedInMember } from "../helpers/board.ts";
import { registerModel } from "../helpers/factories.ts";

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

it("an Idempotency-Key that was used for one subject is a conflict at another, whatever the body says", async () => {
  const members = [await signedInMember(test), await signedInMember(test)] as const;
  const ids: string[] = [];
  for (const name of ["One", "Other"]) {
    const { model_id } = await registerModel(test, { name });
    const listed = await decideTogether(test, members, `/admin/v1/subjects/${model_id}/blacklist`, { reason: "OTHER", note: "because" });
    expect(listed.statusCode).toBe(200);
    ids.push(model_id);
  }
  const clear = (id: string | undefined) =>
    test.post(`/admin/v1/subjects/${id}/clear`, { note: "a mistake" }, members[0].token, { "idempotency-key": "one-key" });
  expect((await clear(ids[0])).statusCode).toBe(200);
  expect((await clear(ids[0])).headers["idempotent-replay"]).toBe("true");
  expect((await clear(ids[1])).json()).toMatchObject({ code: "IDEMPOTENCY_CONFLICT" });
  expect(await test.rows("select state from omla.compliance_state where id = $1", [ids[1]])).toEqual([{ state: "BLACKLISTED" }]);
});
