import { randomBytes } from "node:crypto";
import {
  buildHosterClaim,
  buildHosterReport,
  buildHosterVerification,
  buildMutation,
  encodeAddress,
  formatTimestamp,
  generateKeyPair,
  hostMessage,
  type KeyPair,
  privateDigest,
  sign,
  signDocument,
} from "@omla/sdk/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { sendNotice } from "../../../src/domain/notices/sender.ts";
import type { Notice } from "../../../src/domain/notices/service.ts";
import { findUntoldPayees } from "../../../src/domain/payouts/payee-repository.ts";
import { runJob } from "../../../src/jobs/runner.ts";
import type { Mail } from "../../../src/mail.ts";
import { REGISTRY } from "../../helpers/app.ts";
import { signedInMember } from "../../helpers/board.ts";
import type { SignedModel } from "../../helpers/factories.ts";
import { sessionOf } from "../../helpers/session.ts";
import { createStage, PAYOUT_DAY, QUARTER, REPORT_DAY, type Stage } from "../payouts/stage.ts";

let test: Stage;
let model: SignedModel;
let hoster: KeyPair;
let wallet: string;
beforeAll(async () => {
  test = await createStage();
});
afterAll(() => test.close());
beforeEach(async () => {
  test.clock.set(REPORT_DAY);
  model = await test.model({ hoster_share_pct: "50" });
  hoster = await generateKeyPair();
  wallet = encodeAddress(new Uint8Array(randomBytes(16)));
  await send("register-wallet", { address: wallet, owner_pubkey: hoster.publicKey, label: "Rack 7" });
  await changeRail(1, "ops@rack7.example");
  await told();
});

async function send(action: string, body: object, credential?: string): Promise<Record<string, unknown>> {
  const answer = await test.post(`/functions/v1/${action}`, body, credential);
  if (answer.statusCode > 201) throw new Error(`${action} answered ${answer.statusCode}: ${answer.body}`);
  return answer.json();
}

const head = (): { issued_at: string; registry: string; model_id: string } => ({
  issued_at: formatTimestamp(test.clock.now()),
  registry: REGISTRY,
  model_id: model.model_id,
});

/** Sets where the hoster's wallet is paid, and where its holder wants to be told. */
async function changeRail(nonce: number, contact_email?: string): Promise<void> {
  const part = { rail_identifier: "acct_rack7", salt: "0123456789abcdef", ...(contact_email === undefined ? {} : { contact_email }) };
  const change = { kind: "wallet-rail", address: wallet, rail: "stripe", private_sha256: await privateDigest(part) } as const;
  const document = await signDocument("mutation", buildMutation({ ...head(), nonce, change }), hoster.secretKey);
  await send("mutate", { document, private: part });
}

async function claim(): Promise<string> {
  const { challenge } = await send("sign-in", {});
  const fields = { hoster_pubkey: hoster.publicKey, name: "Rack 7", wallet, challenge: String(challenge) };
  const draft = buildHosterClaim({ ...head(), ...fields, host_signature: await sign(hostMessage(model.model_id), hoster.secretKey) });
  return String((await send("hoster-claim", { document: await signDocument("hoster-claim", draft, hoster.secretKey) }))["claim_id"]);
}

async function judge(verified: boolean, nonce: number): Promise<void> {
  const draft = buildHosterVerification({ ...head(), hoster_pubkey: hoster.publicKey, verified, nonce });
  await send("hoster-claim", { document: await signDocument("hoster-verification", draft, model.keys.secretKey) });
}

/** Sends what waits in the queue: who was told what since the last look. */
async function told(): Promise<string[]> {
  const waiting = test.queued.splice(0);
  for (const { name, data } of waiting) if (name === "notice") await sendNotice(test.ctx, data as Notice);
  return test.mails.splice(0).map(({ to, subject }) => `${to}: ${subject}`);
}

describe("a hoster without a model, who left an address with its wallet", () => {
  it("is told that the model's key confirmed its claim, and that it was revoked", async () => {
    await claim();
    await judge(true, 1);
    expect(await told()).toEqual(["ops@rack7.example: OMLA: your hosting was confirmed, A model"]);
    await judge(false, 2);
    expect(await told()).toEqual(["ops@rack7.example: OMLA: your hosting claim was revoked, A model"]);
  });

  it("is told of the board's word as well", async () => {
    const id = await claim();
    const { token } = await signedInMember(test, "reviewer");
    const answer = await test.post(`/admin/v1/hoster-claims/${id}/review`, { verified: true, note: "Seen." }, token);
    expect(answer.statusCode).toBe(200);
    expect(await told()).toEqual(["ops@rack7.example: OMLA: your hosting was confirmed, A model"]);
  });

  it("is told when the way of its money changes, under the old address too for seven days; the model's creator is not", async () => {
    await changeRail(2, "thief@example.net");
    const subject = "OMLA: the way of payment was changed, Rack 7";
    expect(await told()).toEqual([`ops@rack7.example: ${subject}`, `thief@example.net: ${subject}`]);
    await changeRail(3, "thief2@example.net");
    expect(await told()).toEqual([`ops@rack7.example: ${subject}`, `thief2@example.net: ${subject}`]);
    test.clock.advance({ days: 7, minutes: 1 });
    await changeRail(4);
    expect(await told()).toEqual([`thief2@example.net: ${subject}`]);
  });

  it("is told that a line is disputed whose money it shares", async () => {
    await claim();
    await judge(true, 1);
    const [report_id] = [...(await test.report(new Map([[model, "1000"]]), { quarter: "2026-Q1" })).values()];
    await told();
    const session = await sessionOf(test, model.keys);
    await send("open-dispute", { report_id, description: "Far too low.", proposed: { revenue_usd: "2000" } }, session);
    const mails = await told();
    expect(mails).toContain("ops@rack7.example: OMLA: a usage report is disputed, A model");
    expect(mails).toHaveLength(3);
  });

  it("is told what a payout paid, and what waits and why, once", async () => {
    await claim();
    await judge(true, 1);
    const volume = buildHosterReport({ ...head(), hoster_pubkey: hoster.publicKey, quarter: QUARTER, inferences: 5, revision: 1 });
    await send("hoster-report", { document: await signDocument("hoster-report", volume, hoster.secretKey) });
    await test.report(new Map([[model, "1000"]]), { quarter: QUARTER });
    await test.pay("300");
    test.clock.set(PAYOUT_DAY);
    await told();
    await test.payout();
    const job = (): Promise<unknown> => runJob(test.ctx, "tell-payees");
    // The mail server puts one address off each time, as it does where a domain does not resolve: the other is told all the same.
    const untold = async (): Promise<string[]> => (await test.ctx.db.service((tx) => findUntoldPayees(tx))).map(({ email }) => email);
    const [first = "", second = ""] = await untold();
    const mail = vi.spyOn(test.ctx.mail as Mail, "send");
    for (const address of [first, second]) {
      mail.mockImplementationOnce(async ({ to }) => {
        throw new Error(`450 ${to} is put off`);
      });
      expect(await job()).toMatchObject({ sent: [], waiting: [expect.any(String), expect.any(String)] });
      expect((await untold()).at(-1)).toBe(address);
      test.clock.advance({ hours: 1 });
    }
    mail.mockRestore();
    expect(await job()).toMatchObject({ unreachable: [], waiting: [] });
    const mails = test.mails.splice(0);
    const mine = mails.find(({ to }) => to === "ops@rack7.example");
    expect(mine).toMatchObject({ subject: `OMLA: payout of ${QUARTER}, Rack 7` });
    expect(mine?.text).toContain("- 150 USD over stripe was sent");
    expect(mails.map(({ to }) => to).sort()).toEqual(["creator@example.org", "ops@rack7.example"]);
    await job();
    expect(test.mails).toEqual([]);
  });

  it("is forgotten when the board erases its address", async () => {
    const [{ id = "" } = {}] = await test.rows("select id::text from omla.wallets where address = $1", [wallet]);
    const { token } = await signedInMember(test, "reviewer");
    const answer = await test.post("/admin/v1/redactions", { what: "wallet-contact", id, reason: "Asked for by the person." }, token);
    expect(answer.json()).toEqual({ erased: 2 });
    await changeRail(2);
    expect(await told()).toEqual([]);
    expect(
      await test.rows(
        "select 1 from omla.document_private where private::text like '%rack7.example%' and digest in (select digest from omla.documents where signer_pubkey = $1)",
        [hoster.publicKey],
      ),
    ).toEqual([]);
  });
});

describe("the notice of a changed rail", () => {
  it("does not go to the creator of another model that the wallet's holder wrote into the document", async () => {
    const stranger = await test.model();
    await told();
    const part = { rail_identifier: "acct_x", salt: "0123456789abcdef" };
    const change = { kind: "wallet-rail", address: wallet, rail: "stripe", private_sha256: await privateDigest(part) } as const;
    const draft = buildMutation({ ...head(), model_id: stranger.model_id, nonce: 9, change });
    await send("mutate", { document: await signDocument("mutation", draft, hoster.secretKey), private: part });
    expect(await told()).toEqual(["ops@rack7.example: OMLA: the way of payment was changed, Rack 7"]);
  });
});
