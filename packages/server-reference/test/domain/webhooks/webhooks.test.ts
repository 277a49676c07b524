import { buildKeyRotation, buildMutation, formatTimestamp, generateKeyPair, type KeyPair, signDocument } from "@omla/sdk/protocol";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deliverWebhooks } from "../../../src/domain/webhooks/delivery-service.ts";
import { createGuardedPost } from "../../../src/domain/webhooks/guarded-post.ts";
import { completeKeyRotations } from "../../../src/jobs/complete-key-rotations.ts";
import { createTestApp, REGISTRY, type TestApp } from "../../helpers/app.ts";
import { type Company, registerCompany, registerModel, type SignedModel } from "../../helpers/factories.ts";
import { sessionOf } from "../../helpers/session.ts";
import { startTlsServer, type TlsServer } from "../../helpers/tls-server.ts";

const REGISTER = "/functions/v1/register-webhook";
const URL_ = "https://hooks.example/omla";

interface Received {
  readonly headers: Record<string, string>;
  readonly body: string;
}

let receiver: TlsServer;
let status: number;
let received: Received[];
let test: TestApp;
let company: Company;
let model: SignedModel;
beforeAll(async () => {
  test = await createTestApp();
  receiver = await startTlsServer("hooks.example", (request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      received.push({ headers: request.headers as Record<string, string>, body: Buffer.concat(parts).toString() });
      response.writeHead(status).end("thanks");
    });
  });
});
afterAll(async () => {
  await receiver.close();
  await test.close();
});
beforeEach(async () => {
  [status, received] = [204, []];
  receiver.addresses = ["93.184.215.14"];
  await test.rows("delete from omla.webhook_endpoints");
  // Standard Webhooks refuses messages that are five minutes old by the real clock.
  test.clock.set(new Date());
  company = await registerCompany(test);
  model = await registerModel(test, { issued_at: formatTimestamp(test.clock.now()) });
});

const register = async (body: object, credential = company.api_key): Promise<{ endpoint_id: string; secret: string }> =>
  (await test.post(REGISTER, { url: URL_, ...body }, credential)).json();
const deliver = (): ReturnType<typeof deliverWebhooks> => deliverWebhooks(test.ctx, createGuardedPost(receiver.ports));
const publish = (): ReturnType<TestApp["post"]> => test.post("/functions/v1/publish-blacklist", {}, test.operator);
const listNumber = async (): Promise<unknown> => (await test.get("/api/blacklist.json")).json().sequence;
const typesOf = (): string[] => received.map(({ body }) => (JSON.parse(body) as { type: string }).type);

async function mutate(change: object, nonce: number, keys: KeyPair = model.keys): Promise<void> {
  const draft = buildMutation({
    issued_at: formatTimestamp(test.clock.now()),
    registry: REGISTRY,
    model_id: model.model_id,
    nonce,
    change,
  } as never);
  const answer = await test.post("/functions/v1/mutate", { document: await signDocument("mutation", draft, keys.secretKey) });
  if (answer.statusCode !== 201) throw new Error(answer.body);
}

describe("a webhook", () => {
  it("is verified by the standard's own library, and refused where a byte differs", async () => {
    const { secret } = await register({ events: ["blacklist.published"] });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    await publish();
    expect(await deliver()).toEqual({ delivered: 1, failed: 0, disabled: [] });
    const [{ headers, body }] = received as [Received];
    const event = new Webhook(secret).verify(body, headers) as { type: string; data: object };
    expect(event).toMatchObject({ type: "blacklist.published", data: { sequence: await listNumber(), entry_count: 0, signed: true } });
    expect(() => new Webhook(secret).verify(body.replace('"entry_count":0', '"entry_count":1'), headers)).toThrow();
    expect(() => new Webhook(`whsec_${Buffer.alloc(32).toString("base64")}`).verify(body, headers)).toThrow();
    expect(headers["webhook-id"]).toMatch(/^msg_[0-9a-f]{32}$/);
    expect(await deliver()).toMatchObject({ delivered: 0 });
  });

  it("tells of keys, splits, lineage and state, each in the transaction that changes it", async () => {
    await register({ models: [model.address] });
    const parent = await registerModel(test, { issued_at: formatTimestamp(test.clock.now()) });
    await mutate({ kind: "splits", contribution_splits: [] }, 1);
    await mutate({ kind: "lineage", lineage: [{ parent_id: parent.model_id, relationship: "merge", contribution_weight: "0.1" }] }, 2);
    await mutate({ kind: "metadata", metadata: { "training.data": "books" } }, 3);
    const next = await generateKeyPair();
    const rotation = buildKeyRotation({
      issued_at: formatTimestamp(test.clock.now()),
      registry: REGISTRY,
      model_id: model.model_id,
      nonce: 4,
      new_pubkey: next.publicKey,
    });
    await test.post("/functions/v1/rotate-key", { document: await signDocument("key-rotation", rotation, model.keys.secretKey) });
    test.clock.advance({ days: 7 });
    await completeKeyRotations(test.ctx);
    await test.post("/functions/v1/file-complaint", {
      target: { kind: "model", id: model.model_id },
      reason: "OTHER",
      description: "Mine.",
    });
    await deliver();
    expect(typesOf()).toEqual(["model.splits_changed", "model.lineage_changed", "model.key_rotated", "compliance.state_changed"]);
    const [, , rotated, state] = received.map(({ body }) => (JSON.parse(body) as { data: object }).data);
    expect(rotated).toMatchObject({ model_id: model.model_id, ed25519_pubkey: next.publicKey, previous_pubkey: model.keys.publicKey });
    expect(state).toMatchObject({ id: model.model_id, state: "UNDER_REVIEW", previous_state: "REGISTERED" });
  });

  it("says nothing of what was rolled back, of other models, and of other companies", async () => {
    await register({ models: [model.address] });
    const other = await registerCompany(test);
    await test.ctx.db
      .service(async (tx) => {
        await tx.query("insert into omla.complaints (receipt, model_id, reason) values ('ABCD-EFGH', $1, 'OTHER')", [model.model_id]);
        throw new Error("rolled back");
      })
      .catch(() => undefined);
    const complaint = { target: { kind: "commercial_user", id: other.company_id }, reason: "OTHER", description: "They." };
    await test.post("/functions/v1/file-complaint", complaint);
    const stranger = await registerModel(test, { issued_at: formatTimestamp(test.clock.now()) });
    await test.post("/functions/v1/file-complaint", { ...complaint, target: { kind: "model", id: stranger.model_id } });
    expect(await deliver()).toMatchObject({ delivered: 0 });
    await test.post("/functions/v1/file-complaint", { ...complaint, target: { kind: "commercial_user", id: company.company_id } });
    await deliver();
    expect(typesOf()).toEqual(["compliance.state_changed"]);
  });

  it("is tried again with growing pauses under the same id, in order, and nothing is lost", async () => {
    await register({ events: ["blacklist.published"] });
    await publish();
    await publish();
    status = 500;
    expect(await deliver()).toMatchObject({ delivered: 0, failed: 1 });
    expect(await deliver()).toMatchObject({ delivered: 0, failed: 0 });
    test.clock.advance({ minutes: 2 });
    expect(await deliver()).toMatchObject({ failed: 1 });
    test.clock.advance({ minutes: 9 });
    expect(await deliver()).toMatchObject({ failed: 0 });
    test.clock.advance({ minutes: 1 });
    status = 200;
    expect(await deliver()).toMatchObject({ delivered: 2, failed: 0 });
    const ids = received.map(({ headers }) => headers["webhook-id"]);
    expect(ids.slice(0, 3)).toEqual([ids[0], ids[0], ids[0]]);
    expect(ids[3]).not.toBe(ids[0]);
    expect((await test.rows("select failing_since from omla.webhook_endpoints"))[0]).toEqual({ failing_since: null });
  });

  it("is switched off after three days without one success, and its owner is told", async () => {
    const { endpoint_id } = await register({ events: ["blacklist.published"] });
    await publish();
    status = 503;
    for (let hours = 0; hours <= 96; hours += 12) {
      await deliver();
      test.clock.advance({ hours: 12 });
    }
    const list = await test.get("/functions/v1/webhooks", { authorization: `Bearer ${company.api_key}` });
    expect(list.json().endpoints).toMatchObject([{ endpoint_id, disabled_at: expect.any(String) }]);
    expect(test.queued.map(({ data }) => data)).toContainEqual({
      kind: "webhook-disabled",
      case_id: endpoint_id,
      company_id: company.company_id,
    });
    const attempts = received.length;
    await publish();
    status = 200;
    await deliver();
    expect(received).toHaveLength(attempts);
  });

  it("is switched off at once by 410, and takes no redirect for a success", async () => {
    const { endpoint_id } = await register({ events: ["blacklist.published"] });
    await publish();
    status = 302;
    expect(await deliver()).toMatchObject({ delivered: 0, failed: 1, disabled: [] });
    test.clock.advance({ hours: 1 });
    status = 410;
    expect(await deliver()).toMatchObject({ failed: 1, disabled: [endpoint_id] });
  });

  it("never leads into a network that is not public", async () => {
    await register({ events: ["blacklist.published"] });
    await publish();
    for (const address of ["127.0.0.1", "169.254.169.254", "::ffff:a9fe:a9fe", "10.1.2.3"]) {
      receiver.addresses = ["93.184.215.14", address];
      expect(await deliver(), address).toMatchObject({ delivered: 0, failed: 1 });
      test.clock.advance({ days: 1 });
    }
    expect(received).toEqual([]);
  });
});

describe("an endpoint", () => {
  it("signs with both secrets for a day after a rotation, then with the new one", async () => {
    const { endpoint_id, secret } = await register({ events: ["blacklist.published"] });
    const rotated = (await test.post("/functions/v1/rotate-webhook-secret", { endpoint_id }, company.api_key)).json();
    expect(rotated.secret).not.toBe(secret);
    await publish();
    await deliver();
    const [first] = received as [Received];
    for (const good of [secret, rotated.secret]) expect(() => new Webhook(good).verify(first.body, first.headers)).not.toThrow();
    test.clock.advance({ hours: 25 });
    await publish();
    await deliver();
    const signatures = received.map(({ headers }) => headers["webhook-signature"]?.split(" ").length);
    expect(signatures).toEqual([2, 1]);
  });

  it("belongs to one company or key; its secret is shown once and lies sealed", async () => {
    const session = await sessionOf(test, model.keys);
    const answer = await test.post(REGISTER, { url: URL_ }, session, { "idempotency-key": "once" });
    const { endpoint_id, secret } = answer.json();
    const again = await test.post(REGISTER, { url: URL_ }, session, { "idempotency-key": "once" });
    expect(again.json()).toMatchObject({ endpoint_id, secret: "shown once" });
    expect(JSON.stringify(await test.rows("select * from omla.webhook_secrets"))).not.toContain(secret.slice(6));
    expect((await test.get("/functions/v1/webhooks", { authorization: `Bearer ${company.api_key}` })).json()).toEqual({ endpoints: [] });
    for (const action of ["delete-webhook", "rotate-webhook-secret"])
      expect((await test.post(`/functions/v1/${action}`, { endpoint_id }, company.api_key)).json()).toMatchObject({
        code: "WEBHOOK_NOT_FOUND",
      });
    expect((await test.post("/functions/v1/delete-webhook", { endpoint_id }, session)).json()).toEqual({ deleted: true });
    expect((await test.get("/functions/v1/webhooks", { authorization: `Bearer ${session}` })).json()).toEqual({ endpoints: [] });
    expect((await test.post(REGISTER, { url: URL_ })).json()).toMatchObject({ code: "PARTY_NEEDED" });
  });

  it.each([
    "http://hooks.example/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://2130706433/",
    "https://localhost/",
    "https://u:p@hooks.example/",
    "https://hooks.example:8443/",
    "https://hooks.example/#a",
    "ftp://hooks.example/",
    "hooks.example",
  ])("is not registered at %s", async (url) => {
    expect((await test.post(REGISTER, { url }, company.api_key)).json()).toMatchObject({ code: "WEBHOOK_URL", details: { path: "url" } });
  });

  it("refuses unknown models and events, and an eleventh endpoint", async () => {
    expect((await test.post(REGISTER, { url: URL_, models: ["omla1nothing"] }, company.api_key)).json()).toMatchObject({
      code: "MODEL_NOT_FOUND",
      details: { path: "models[0]" },
    });
    expect((await test.post(REGISTER, { url: URL_, events: ["model.deleted"] }, company.api_key)).statusCode).toBe(400);
    for (let time = 0; time < 10; time += 1) await register({});
    expect((await test.post(REGISTER, { url: URL_ }, company.api_key)).json()).toMatchObject({ code: "WEBHOOKS_TOO_MANY" });
  });
});
