import type { LightMyRequestResponse } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sendNotice } from "../../../src/domain/notices/sender.ts";
import type { Notice } from "../../../src/domain/notices/service.ts";
import { PAYOUT_CHECKS } from "../../../src/domain/payouts/checks.ts";
import { verifyPayout } from "../../../src/domain/payouts/verify-service.ts";
import { reconcile } from "../../../src/ledger/reconcile.ts";
import type { TestApp } from "../../helpers/app.ts";
import { decideTogether, signedInMember, signIn, type TestMember } from "../../helpers/board.ts";
import type { Company, SignedModel } from "../../helpers/factories.ts";
import { file, ledger, receive } from "../collections/arrange-money.ts";
import { createHandStage, euroPayee, payee, payOut, signRail } from "./hand-stage.ts";

const IBAN = "DE89370400440532013000;Ada Lovelace";
const OTHER_IBAN = "FR1420041010050500013M02606;Ada Lovelace";
let test: TestApp;
let company: Company;
let ada: SignedModel;
let bob: SignedModel;
let board: [TestMember, TestMember];
beforeEach(async () => {
  ({ test, company } = await createHandStage());
  ada = await euroPayee(test, "Ada's", IBAN);
  bob = await payee(test, "Bob's", "wise", "@bob");
  await file(test, company, [
    [ada, "100"],
    [bob, "200"],
  ]);
  await receive(test, company, "90");
  expect((await payOut(test)).state).toBe("closed");
  board = [await signedInMember(test, "payout"), await signedInMember(test, "payout")];
});
afterEach(async () => {
  for (const { id } of await test.rows("select id from omla.payout_runs order by seq"))
    expect(await verifyPayout(test.ctx, String(id))).toMatchObject({ differences: [] });
  expect((await reconcile(test.ctx, PAYOUT_CHECKS)).discrepancies).toEqual([]);
  await test.close();
});

const act = (path: string, body: object, member = board[0]): Promise<LightMyRequestResponse> =>
  test.post(`/admin/v1/transfers/${path}`, body, member.token);
const said = ({ statusCode, body }: LightMyRequestResponse): [number, string | undefined] => [
  statusCode,
  (JSON.parse(body) as { code?: string }).code,
];
const transferTo = async ({ address }: SignedModel): Promise<string> =>
  String(
    (
      await test.rows(
        "select t.id from omla.transfers t join omla.wallets w on w.id = t.wallet_id where w.address = $1 and t.state in ('sent', 'completed')",
        [address],
      )
    )[0]?.["id"],
  );
const cameBack = async (model: SignedModel, more: object = {}): Promise<object> => ({
  transfer_id: await transferTo(model),
  reference: "pain.002 7",
  returned_on: "2026-07-15",
  reason: "AC04: the account is closed.",
  ...more,
});
const again = async (): Promise<void> => {
  for (const member of board) await signIn(test, member);
};
/** What is sent over each rail and waits for a confirmation or had one: "rail amount state". */
const orders = async (model: SignedModel): Promise<unknown[]> =>
  (
    await test.rows(
      "select t.rail || ' ' || t.amount || ' ' || t.state as line from omla.transfers t join omla.wallets w on w.id = t.wallet_id where w.address = $1 order by t.attempt",
      [model.address],
    )
  ).map(({ line }) => line);

describe("a transfer by hand that comes back", () => {
  it("is payable again by the word of two, once, and its creator is told", async () => {
    const body = await cameBack(ada);
    const proposed = await act("return", body);
    expect(proposed.statusCode).toBe(202);
    const { id, content_sha256 } = proposed.json() as { id: string; content_sha256: string };
    expect(said(await test.post(`/admin/v1/approvals/${id}/approve`, { content_sha256 }, board[0].token))).toEqual([403, "APPROVAL_SELF"]);
    expect(await ledger(test, "payable:")).toEqual({});
    const done = await test.post(`/admin/v1/approvals/${id}/approve`, { content_sha256 }, board[1].token);
    // 27 euros less the ten cents of the bank are 26.90, which are 29.888889 dollars at 0.90.
    expect(done.json()).toMatchObject({ result: { returned: "26900000", destination: "doubtful" } });
    expect(await ledger(test, "payable:")).toEqual({ [`payable:${ada.address}`]: -29_888_889n });
    expect(said(await test.post(`/admin/v1/approvals/${id}/approve`, { content_sha256 }, board[1].token))[0]).toBe(409);
    expect(said(await act("return", body))).toEqual([409, "TRANSFER_STATE"]);
    expect(said(await act("confirm", { transfer_id: (body as { transfer_id: string }).transfer_id, reference: "x" }))).toEqual([
      409,
      "TRANSFER_STATE",
    ]);
    const listed = await test.get("/admin/v1/transfers?state=reversed", { authorization: `Bearer ${board[0].token}` });
    expect(listed.json().transfers).toMatchObject([
      { wallet: ada.address, state: "reversed", returned: { reference: "pain.002 7", returned_on: "2026-07-15", confirmed_at: null } },
    ]);
    expect(
      await test.rows("select status from omla.payments where wallet_id = (select id from omla.wallets where address = $1)", [ada.address]),
    ).toEqual([{ status: "reversed" }]);
    const notices = test.queued.filter(({ data }) => (data as { kind?: string }).kind === "payout-returned");
    expect(notices).toHaveLength(1);
    await sendNotice(test.ctx, notices[0]?.data as Notice);
    expect(test.mails.at(-1)).toMatchObject({ to: "creator@example.org", subject: expect.stringContaining("a payment came back") });
    expect(JSON.stringify(test.mails.at(-1))).not.toContain("DE89");
    expect(await test.rows("select actor from omla.audit_log where action = 'transfer.return'")).toEqual([{ actor: board[1].id }]);
  });

  it("is owed whole where the bank kept a fee on the way back, which is the rail's, and comes to no more than was sent", async () => {
    const before = await ledger(test, "cash:sepa", "fees:rail:sepa");
    expect(said(await act("return", await cameBack(ada, { amount: "26900001" })))).toEqual([409, "REVERSAL_TOO_LARGE"]);
    expect((await act("return", await cameBack(ada, { amount: "0" }))).statusCode).toBe(400);
    // Of 26.90 euros 24.20 come back: 2.70 euros were kept, which are 3 dollars at 0.90.
    const done = await decideTogether(test, board, "/admin/v1/transfers/return", await cameBack(ada, { amount: "24200000" }));
    expect(done.json()).toMatchObject({ result: { returned: "24200000", kept: "2700000" } });
    expect(await ledger(test, "payable:")).toEqual({ [`payable:${ada.address}`]: -29_888_889n });
    const after = await ledger(test, "cash:sepa", "fees:rail:sepa");
    const grown = (account: string): bigint => (after[account] ?? 0n) - (before[account] ?? 0n);
    expect([grown("cash:sepa"), grown("fees:rail:sepa")]).toEqual([26_888_889n, 3_000_000n]);
    expect(
      await test.rows("select detail::jsonb -> 'after' ->> 'kept' as kept from omla.audit_details where detail like '%kept%'"),
    ).toEqual([{ kept: "2700000" }]);
  });

  it("is held until its owner has signed anew, and then paid by the next payout to the new account", async () => {
    await decideTogether(test, board, "/admin/v1/transfers/return", await cameBack(ada));
    const waiting = await payOut(test);
    expect(waiting.plan.positions).toMatchObject([{ wallet: ada.address, reason: "rail_returned", rest_usd: "29.888889" }]);
    test.clock.advance({ days: 30 });
    expect((await payOut(test)).plan.positions).toMatchObject([{ reason: "rail_returned" }]);
    await signRail(test, ada, { rail: "sepa", identifier: OTHER_IBAN, nonce: 1 });
    expect((await payOut(test)).plan.positions).toMatchObject([{ reason: "rail_fresh" }]);
    test.clock.advance({ days: 8 });
    expect(await payOut(test)).toMatchObject({ state: "closed", outcomes: { recorded: 1 } });
    // 26.90 euros once more; nothing stays held, and no third order is written.
    expect(await orders(ada)).toEqual(["sepa 27000000 reversed", "sepa 26900000 sent"]);
    expect(await test.rows("select destination from omla.transfer_private where transfer_id = $1", [await transferTo(ada)])).toEqual([
      { destination: OTHER_IBAN },
    ]);
    expect(await ledger(test, "held:")).toEqual({});
    expect(await payOut(test)).toMatchObject({ state: "nothing" });
  });

  it("is paid by the very next payout where the account is sound, or the board has confirmed it", async () => {
    await decideTogether(test, board, "/admin/v1/transfers/return", await cameBack(ada, { destination: "sound" }));
    await again();
    await decideTogether(test, board, "/admin/v1/transfers/return", await cameBack(bob, { reference: "wise 1" }));
    const first = await payOut(test);
    expect(first.plan.positions.find(({ wallet }) => wallet === bob.address)).toMatchObject({ reason: "rail_returned" });
    expect(await orders(ada)).toEqual(["sepa 27000000 reversed", "sepa 26900000 sent"]);
    expect(await ledger(test, "held:")).toEqual({ [`held:rail:${bob.address}`]: -60_000_000n });
    const [{ transfer_id } = {}] = await test.rows("select transfer_id::text from omla.returned_transfers where confirmed_at is null");
    const word = { transfer_id, note: "Bob has called: the account is right." };
    const reviewer = await signedInMember(test, "reviewer");
    expect(said(await act("confirm-destination", word, reviewer))).toEqual([403, "ROLE_NEEDED"]);
    await again();
    expect((await act("confirm-destination", word)).json()).toEqual({ transfer_id, confirmed: true });
    expect((await act("confirm-destination", word)).statusCode).toBe(200);
    expect(await test.rows("select 1 from omla.audit_log where action = 'transfer.confirm-destination'")).toHaveLength(1);
    await payOut(test);
    expect(await orders(bob)).toEqual(["wise 60000000 reversed", "wise 60000000 sent"]);
    expect(await ledger(test, "held:", `payable:${bob.address}`)).toEqual({});
  });

  it("came back after it was confirmed, too, and a second return of the second transfer counts by itself", async () => {
    await act("confirm", { transfer_id: await transferTo(bob), reference: "wise 1" });
    await decideTogether(test, board, "/admin/v1/transfers/return", await cameBack(bob, { destination: "sound" }));
    await payOut(test);
    await again();
    await decideTogether(test, board, "/admin/v1/transfers/return", await cameBack(bob, { destination: "sound" }));
    expect(await ledger(test, "payable:")).toEqual({ [`payable:${bob.address}`]: -60_000_000n });
    expect(await orders(bob)).toEqual(["wise 60000000 reversed", "wise 60000000 reversed"]);
  });

  it("is refused where there is none, on a day that cannot be, and where the rail tells by itself", async () => {
    const body = await cameBack(ada);
    expect(said(await act("return", { ...body, transfer_id: "0".repeat(64) }))).toEqual([404, "TRANSFER_UNKNOWN"]);
    for (const returned_on of ["2026-07-14", "2026-07-17"])
      expect(said(await act("return", { ...body, returned_on }))).toEqual([422, "RETURN_DATE"]);
    expect(said(await act("return", { ...body, returned_on: "yesterday" }))).toEqual([400, "INPUT_INVALID"]);
    expect(said(await act("return", { ...body, transfer_id: "x" }))).toEqual([400, "INPUT_INVALID"]);
    expect(said(await act("confirm-destination", { transfer_id: "0".repeat(64), note: "abc" }))).toEqual([404, "RETURN_UNKNOWN"]);
    const rails = new Map(test.ctx.rails);
    const sepa = rails.get("sepa");
    if (sepa !== undefined)
      rails.set("sepa", { ...sepa, events: { read: () => Promise.reject(new Error("it is not asked")), isPayment: () => true } });
    Object.assign(test.ctx, { rails });
    expect(said(await act("return", body))).toEqual([409, "RETURN_BY_RAIL"]);
  });
});
