import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateKeyPair } from "@omla/sdk/protocol";
import { recordTaxForm } from "../../../src/domain/tax/form-service.ts";
import { signedInMember } from "../../helpers/board.ts";
import type { SignedModel } from "../../helpers/factories.ts";
import { sessionOf } from "../../helpers/session.ts";
import { createStage, PAYOUT_DAY, type Stage } from "../payouts/stage.ts";

let stage: Stage;
let rich: SignedModel;
let poor: SignedModel;
beforeAll(async () => {
  stage = await createStage();
  [rich, poor] = [await stage.model(), await stage.model()];
  // 0.3 of 2100 dollars are 630, above the threshold of 600; 0.3 of 100 are not.
  await stage.report(
    new Map([
      [rich, "2100.00"],
      [poor, "100.00"],
    ]),
  );
  await stage.pay("660.00");
  stage.clock.set(PAYOUT_DAY);
  await stage.payout();
});
afterAll(() => stage.close());

const mine = async (session: string): Promise<Record<string, unknown>> => {
  const answer = await stage.get("/functions/v1/held-for-tax", { authorization: `Bearer ${session}` });
  expect([answer.statusCode, answer.headers["cache-control"]]).toEqual([200, "private, no-store"]);
  return answer.json();
};
const seenByBoard = async (query = ""): Promise<Record<string, unknown>> => {
  const member = await signedInMember(stage, "payout");
  return (await stage.get(`/admin/v1/tax/held${query}`, { authorization: `Bearer ${member.token}` })).json();
};

describe("money that waits for a tax form", () => {
  it("is shown to the key of its wallet, with form and threshold, and nobody else's wallet is", async () => {
    expect(await mine(await sessionOf(stage, rich.keys))).toEqual({
      year: 2026,
      wallets: [
        {
          wallet: rich.address,
          held_usd: "630.000000",
          threshold_usd: "600.000000",
          paid_usd: "0.000000",
          form: null,
          hold: {
            wallet: rich.address,
            reason: "no_form",
            jurisdiction: null,
            threshold_usd: "600.000000",
            paid_usd: "0.000000",
            planned_usd: "630.000000",
            form_needed: "W-9 or W-8BEN",
          },
        },
      ],
    });
    expect(await mine(await sessionOf(stage, poor.keys))).toMatchObject({
      wallets: [{ wallet: poor.address, held_usd: "0.000000", paid_usd: "30.000000", hold: null }],
    });
    expect(await mine(await sessionOf(stage, await generateKeyPair()))).toMatchObject({ wallets: [] });
    expect((await stage.get("/functions/v1/held-for-tax")).statusCode).toBe(401);
    expect((await stage.get("/functions/v1/held-for-tax", { authorization: `Bearer ${stage.company.api_key}` })).statusCode).toBe(403);
  });

  it("is shown to the board, a page at a time, and only to those who pay", async () => {
    expect(await seenByBoard()).toMatchObject({
      wallet_count: 1,
      held: [{ wallet: rich.address, held_usd: "630.000000", hold: { reason: "no_form" } }],
    });
    expect(await seenByBoard("?offset=1")).toEqual({ wallet_count: 1, held: [] });
    const reviewer = await signedInMember(stage, "reviewer");
    expect((await stage.get("/admin/v1/tax/held", { authorization: `Bearer ${reviewer.token}` })).statusCode).toBe(403);
    expect((await stage.get("/admin/v1/tax/held")).statusCode).toBe(401);
  });

  it("is let go by the payout after a form is on file, and both see it before and after", async () => {
    const form = {
      kind: "W-8BEN",
      jurisdiction: "DE",
      file_sha256: "d".repeat(64),
      expires_at: "2027-01-01T00:00:00Z",
      document_ref: "safe",
    };
    await stage.ctx.db.service((tx) => recordTaxForm(tx, { wallet: rich.address, ...form }, "board-member-1"));
    const shown = { kind: "W-8BEN", jurisdiction: "DE", expires_at: "2027-01-01T00:00:00Z" };
    expect(await mine(await sessionOf(stage, rich.keys))).toMatchObject({ wallets: [{ held_usd: "630.000000", hold: null, form: shown }] });
    expect(await seenByBoard()).toMatchObject({ wallet_count: 1, held: [{ hold: null }] });
    await stage.payout();
    expect(await mine(await sessionOf(stage, rich.keys))).toMatchObject({ wallets: [{ held_usd: "0.000000", paid_usd: "630.000000" }] });
    expect(await seenByBoard()).toEqual({ wallet_count: 0, held: [] });
    expect(JSON.stringify(await mine(await sessionOf(stage, rich.keys)))).not.toContain("safe");
  });
});
