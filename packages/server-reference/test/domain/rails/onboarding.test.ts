import { examineDatabase } from "../../../src/db/doctor.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildMutation, encodeAddress, generateKeyPair, privateDigest, signDocument } from "@omla/sdk/protocol";
import { REGISTRY } from "../../helpers/app.ts";
import { START } from "../../helpers/clock.ts";
import { registerModel, type SignedModel } from "../../helpers/factories.ts";
import { sessionOf } from "../../helpers/session.ts";
import { createStripeStage, type StripeStage } from "./stripe-stage.ts";

const URL = "/functions/v1/stripe-onboarding";
let stage: StripeStage;
beforeAll(async () => {
  stage = await createStripeStage();
});
afterAll(() => stage.close());

const railsOf = (model: SignedModel): Promise<Record<string, unknown>[]> =>
  stage.rows(
    `select p.rail, p.destination, p.ready, p.is_primary from omla.payable_rails p
       join omla.wallets w on w.id = p.wallet_id where w.address = $1 order by p.rail`,
    [model.address],
  );

interface RailChange {
  readonly rail: string;
  readonly nonce: number;
  readonly enabled_rails?: unknown;
  readonly identifier?: string;
  readonly identifiers?: Record<string, string>;
}

async function changeRail(model: SignedModel, { rail, nonce, enabled_rails, identifier = "-", identifiers }: RailChange) {
  const part = {
    rail_identifier: identifier,
    ...(identifiers === undefined ? {} : { rail_identifiers: identifiers }),
    salt: "0123456789abcdef",
  };
  const change = {
    kind: "wallet-rail",
    address: model.address,
    rail,
    private_sha256: await privateDigest(part),
    ...(enabled_rails === undefined ? {} : { enabled_rails }),
  };
  const draft = buildMutation({ issued_at: START, registry: REGISTRY, model_id: model.model_id, nonce, change } as never);
  const document = await signDocument("mutation", draft, model.keys.secretKey);
  return stage.post("/functions/v1/mutate", { document, private: part });
}

describe("Stripe onboarding", () => {
  it("opens one account for a wallet whose signature chose Stripe, and gives Stripe's page", async () => {
    const model = await stage.model();
    const session = await sessionOf(stage, model.keys);
    expect(await railsOf(model)).toEqual([{ rail: "stripe", destination: null, ready: false, is_primary: true }]);
    const [first, second] = [
      await stage.post(URL, { wallet: model.address }, session),
      await stage.post(URL, { wallet: model.address.toUpperCase() }, session),
    ];
    expect([first.statusCode, second.statusCode]).toEqual([200, 200]);
    expect(Object.keys(first.json()).sort()).toEqual(["expires_at", "url"]);
    expect(first.json().expires_at).toBe("2026-05-15T12:05:00Z");
    const [account, ...others] = (await stage.stripe.objects("account")).filter(
      ({ metadata }) => (metadata as Record<string, string>)["omla_wallet"] === model.address,
    );
    expect(others).toEqual([]);
    expect(first.json().url).toContain(account?.id);
    expect(second.json().url).not.toBe(first.json().url);
    expect(await railsOf(model)).toEqual([{ rail: "stripe", destination: account?.id, ready: false, is_primary: true }]);
    expect(stage.queued).toContainEqual({ name: "notice", data: { kind: "rail-account", model_id: model.model_id } });
  });

  it("opens one account where two ask at once", async () => {
    const model = await stage.model();
    const session = await sessionOf(stage, model.keys);
    const answers = await Promise.all([1, 2, 3].map(() => stage.post(URL, { wallet: model.address }, session)));
    expect(answers.map(({ statusCode }) => statusCode).filter((status) => status !== 503)).toContain(200);
    expect(
      await stage.rows("select 1 from omla.rail_accounts a join omla.wallets w on w.id = a.wallet_id where w.address = $1", [
        model.address,
      ]),
    ).toHaveLength(1);
  });

  it("becomes ready when Stripe says so, and an older word does not undo a newer one", async () => {
    const model = await stage.model();
    const account = await stage.onboard(model, false);
    await stage.pass(1);
    await stage.stripe.onboard(account, true);
    const delivered = await stage.hear({ order: "reverse", types: ["account.updated"] });
    expect(delivered.map(({ status }) => status)).toEqual(delivered.map(() => 200));
    expect(await railsOf(model)).toEqual([{ rail: "stripe", destination: account, ready: true, is_primary: true }]);
    await stage.pass(1);
    await stage.stripe.onboard(account, false);
    await stage.hear({ types: ["account.updated"] });
    expect((await railsOf(model))[0]).toMatchObject({ ready: false });
  });

  it("says the same of a wallet that is not there and of one that belongs to somebody else", async () => {
    const [mine, theirs] = [await stage.model(), await stage.model()];
    const session = await sessionOf(stage, mine.keys);
    const absent = encodeAddress("6e9bd9bd-9c3f-4a5e-8a4b-0f3cf4d2b111");
    for (const wallet of [theirs.address, absent]) {
      const answer = await stage.post(URL, { wallet }, session);
      expect([answer.statusCode, answer.json().code]).toEqual([404, "WALLET_NOT_FOUND"]);
    }
    const stranger = await sessionOf(stage, await generateKeyPair());
    expect((await stage.post(URL, { wallet: mine.address }, stranger)).statusCode).toBe(404);
    expect((await stage.post(URL, { wallet: mine.address })).statusCode).toBe(401);
    expect((await stage.post(URL, { wallet: "omla1nothing" }, session)).statusCode).toBe(400);
  });

  it("leaves an account alone that the wallet's signature names, and opens none that no signature chose", async () => {
    const signed = await registerModel(stage);
    const named = await stage.post(URL, { wallet: signed.address }, await sessionOf(stage, signed.keys));
    expect([named.statusCode, named.json().code]).toEqual([409, "RAIL_ACCOUNT_SIGNED"]);
    expect(await railsOf(signed)).toEqual([{ rail: "stripe", destination: "acct_test", ready: true, is_primary: true }]);
    const wise = await stage.model();
    expect((await changeRail(wise, { rail: "wise", nonce: 1, identifier: "@ada" })).statusCode).toBe(201);
    const unchosen = await stage.post(URL, { wallet: wise.address }, await sessionOf(stage, wise.keys));
    expect([unchosen.statusCode, unchosen.json().code]).toEqual([409, "RAIL_NOT_CHOSEN"]);
  });

  it("begins anew after the owner signed another rail and came back: the old account gets nothing", async () => {
    const model = await stage.model();
    const old = await stage.onboard(model);
    await changeRail(model, { rail: "wise", nonce: 1, identifier: "@ada" });
    await changeRail(model, { rail: "stripe", nonce: 2 });
    expect(await railsOf(model)).toEqual([{ rail: "stripe", destination: null, ready: false, is_primary: true }]);
    const again = await stage.post(URL, { wallet: model.address }, await sessionOf(stage, model.keys));
    expect(again.statusCode).toBe(200);
    expect(again.json().url).not.toContain(old);
  });

  it("answers 503 and opens nothing while Stripe cannot be reached", async () => {
    const model = await stage.model();
    const session = await sessionOf(stage, model.keys);
    await stage.stripe.fault("POST /v1/accounts", "unavailable");
    const answer = await stage.post(URL, { wallet: model.address }, session);
    expect([answer.statusCode, answer.json().code]).toEqual([503, "RAIL_UNAVAILABLE"]);
    expect((await railsOf(model))[0]).toMatchObject({ destination: null });
    expect((await stage.post(URL, { wallet: model.address }, session)).statusCode).toBe(200);
  });

  it("sends payees back to pages that change nothing", async () => {
    for (const page of ["return", "refresh"]) {
      const answer = await stage.get(`/onboarding/stripe/${page}`);
      expect([answer.statusCode, answer.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    }
  });
});

describe("further rails of a wallet", () => {
  it("are enabled by a signature beside the primary one, each with a name of its own that stays private", async () => {
    const model = await stage.model();
    const account = await stage.onboard(model);
    const answer = await changeRail(model, {
      rail: "stripe",
      nonce: 1,
      identifier: "opened by the registry",
      enabled_rails: ["sepa", "wise", "stripe"],
      identifiers: { sepa: "DE89370400440532013000;Ada" },
    });
    expect(answer.statusCode).toBe(201);
    // Stripe stayed as it was, so its account did.
    expect(await railsOf(model)).toEqual([
      { rail: "sepa", destination: "DE89370400440532013000;Ada", ready: true, is_primary: false },
      { rail: "stripe", destination: account, ready: false, is_primary: true },
      { rail: "wise", destination: null, ready: false, is_primary: false },
    ]);
    const wallet = (await stage.get(`/rest/v1/wallets?address=eq.${model.address}`)).json()[0];
    expect([wallet.rail, wallet.rail_identifier]).toEqual(["stripe", null]);
    expect(JSON.stringify(wallet)).not.toContain("DE89");
  });

  it("are given up by a signature that does not name them", async () => {
    const model = await stage.model();
    await changeRail(model, { rail: "wise", nonce: 1, identifier: "@ada", enabled_rails: ["paypal"], identifiers: { paypal: "ada" } });
    await changeRail(model, { rail: "wise", nonce: 2, identifier: "@ada" });
    expect(await railsOf(model)).toEqual([{ rail: "wise", destination: "@ada", ready: true, is_primary: true }]);
  });

  it("are refused where they are no list of rails", async () => {
    const model = await stage.model();
    for (const enabled_rails of ["sepa", ["cash"], [1], {}]) {
      const answer = await changeRail(model, { rail: "wise", nonce: 1, enabled_rails });
      expect([answer.statusCode, answer.json().code, answer.json().details]).toMatchObject([
        422,
        "DOCUMENT_SCHEMA",
        { path: "change.enabled_rails" },
      ]);
    }
  });

  it("keep their age where they stay under the same name", async () => {
    const model = await stage.model();
    const ages = async () =>
      stage.rows(
        "select r.rail, r.enabled_at from omla.wallet_rails r join omla.wallets w on w.id = r.wallet_id where w.address = $1 order by 1",
        [model.address],
      );
    await changeRail(model, { rail: "wise", nonce: 1, identifier: "@ada", enabled_rails: ["paypal"], identifiers: { paypal: "ada" } });
    const [paypal, wise] = await ages();
    await stage.pass(24);
    await changeRail(model, { rail: "wise", nonce: 2, identifier: "@bob", enabled_rails: ["paypal"], identifiers: { paypal: "ada" } });
    const [paypalNow, wiseNow] = await ages();
    expect(paypalNow).toEqual(paypal);
    expect(wiseNow?.["enabled_at"]).not.toEqual(wise?.["enabled_at"]);
  });

  it("that nobody signed are found by doctor", async () => {
    const model = await stage.model();
    await changeRail(model, { rail: "wise", nonce: 1, identifier: "@ada", enabled_rails: ["paypal"], identifiers: { paypal: "ada" } });
    const finding = async () => (await examineDatabase(stage.ctx.db)).find(({ what }) => what === "signed rows");
    expect(await finding()).toMatchObject({ fine: true });
    await stage.database.owner((client) =>
      client.query(
        "insert into omla.wallet_rails (wallet_id, rail, nonce, enabled_at) select id, 'lightning', 1, now() from omla.wallets where address = $1",
        [model.address],
      ),
    );
    expect(await finding()).toMatchObject({ fine: false, detail: expect.stringContaining(`wallet_rails ${model.address} lightning`) });
  });
});
