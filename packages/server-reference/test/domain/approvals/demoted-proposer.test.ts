import { afterAll, beforeAll, expect, it } from "vitest";
import { changeBoardRole } from "../../../src/domain/board/service.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { signedInMember } from "../../helpers/board.ts";
import { registerCompany } from "../../helpers/factories.ts";

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

it("what a member proposed who may no longer move money is not carried out by the other", async () => {
  const [first, second] = [await signedInMember(test, "payout"), await signedInMember(test, "payout")];
  const { company_id } = await registerCompany(test);
  const money = { rail: "wise", reference: "wire-1", method: "bank", company_id, amount: "5000000" };
  expect((await test.post("/admin/v1/payments/confirm", money, first.token)).statusCode).toBe(201);
  const refund = { rail: "wise", payment: "wire-1", reference: "back-1", reason: "paid twice" };
  const { id, content_sha256 } = (await test.post("/admin/v1/payments/refund", refund, first.token)).json() as Record<string, string>;
  const approve = () => test.post(`/admin/v1/approvals/${id}/approve`, { content_sha256 }, second.token);
  await test.ctx.db.service((tx) => changeBoardRole(tx, first.email, "reviewer"));
  expect((await approve()).json()).toMatchObject({ code: "ROLE_NEEDED" });
  await test.ctx.db.service((tx) => changeBoardRole(tx, first.email, "payout"));
  expect((await approve()).statusCode).toBe(200);
});
