import { type Blacklist, utf8Encode, verifyBlacklist, verifyHeartbeat, verifyKeyset } from "@omla/sdk/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { registerCompany } from "../../helpers/factories.ts";

const PUBLISH = "/functions/v1/publish-blacklist";
const TICK = "/functions/v1/compliance-tick";
const LIST = "/api/blacklist.json";

const listOf = async (test: TestApp): Promise<Blacklist> => (await test.get(LIST)).json() as Blacklist;

describe("the blacklist of a registry with a key", () => {
  let test: TestApp;
  let publicKey: string;
  beforeAll(async () => {
    test = await createTestApp();
    publicKey = test.ctx.keys.list?.publicKey ?? "";
  });
  afterAll(() => test.close());

  it("is not there before the first publication", async () => {
    const answer = await test.get(LIST);
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ code: "LIST_MISSING", hint: expect.any(String) });
  });

  it("is published by the operator alone", async () => {
    expect((await test.post(PUBLISH, {})).statusCode).toBe(401);
    const { api_key } = await registerCompany(test);
    expect((await test.post(PUBLISH, {}, api_key)).statusCode).toBe(403);
  });

  it("is served as signed bytes that every reader accepts, under a strong validator", async () => {
    const published = await test.post(PUBLISH, {}, test.operator);
    expect(published.statusCode).toBe(201);
    expect(published.json()).toMatchObject({
      sequence: 1,
      signed: true,
      weekly: true,
      entry_count: 0,
      next_update: "2026-05-22T12:00:00Z",
    });
    const answer = await test.get(LIST);
    const verdict = await verifyBlacklist(answer.rawPayload, { keys: [publicKey], now: test.clock.now() });
    expect(verdict).toMatchObject({ ok: true, state: "FRESH", digest: published.json().digest });
    const etag = String(answer.headers["etag"]);
    expect(etag).toMatch(/^"1-[0-9a-f]{64}"$/);
    const again = await test.get(LIST, { "if-none-match": etag });
    expect([again.statusCode, again.body]).toEqual([304, ""]);
    expect((await test.get(LIST, { "if-none-match": '"1-other"' })).statusCode).toBe(200);
  });

  it("announces its keys in a keyset that its own keys signed, and a heartbeat that confirms it", async () => {
    const facts = (await test.get("/.well-known/omla")).json();
    expect(facts).toMatchObject({
      registry: "https://registry.test",
      lineage_policy: "sequential",
      threshold: 1,
      keyset_version: 1,
      rates: { model: "0.3" },
    });
    const heartbeatKey = facts.keys.find(({ role }: { role: string }) => role === "heartbeat").public_key;
    const keyset = await test.get("/api/blacklist-keys/1.json");
    const trusted = { version: 0, threshold: 1, keys: [publicKey] };
    expect(await verifyKeyset(trusted, keyset.rawPayload, { now: test.clock.now() })).toMatchObject({
      ok: true,
      trusted: { version: 1, keys: [publicKey] },
    });
    const list = await verifyBlacklist((await test.get(LIST)).rawPayload, { keys: [publicKey], now: test.clock.now() });
    if (!list.ok) throw list.error;
    const heartbeat = await test.get("/api/blacklist.heartbeat.json");
    const held = { sequence: list.list.sequence, digest: list.digest, length: list.length };
    expect(await verifyHeartbeat(heartbeat.rawPayload, { keys: [heartbeatKey], now: test.clock.now(), list: held })).toMatchObject({
      ok: true,
      effect: "confirms",
    });
  });

  it("keeps every edition, and refuses numbers that are none", async () => {
    await test.post(PUBLISH, {}, test.operator);
    const first = await test.get("/api/blacklist/1.json");
    expect(first.headers["cache-control"]).toContain("immutable");
    const second = await listOf(test);
    expect(second).toMatchObject({ sequence: 2, next_update: "2026-05-22T12:00:00Z" });
    const prior = await verifyBlacklist(first.rawPayload, { keys: [publicKey], now: test.clock.now() });
    expect(prior.ok && prior.digest).toBe(second.prev_sha256);
    for (const name of ["0.json", "99.json", "1", "x.json", "99999999999999999999.json"]) {
      expect((await test.get(`/api/blacklist/${name}`)).statusCode).toBeGreaterThanOrEqual(400);
      expect((await test.get(`/api/blacklist/${name}`)).statusCode).toBeLessThan(500);
    }
    expect((await test.get("/api/blacklist-keys/4294967296.json")).json()).toMatchObject({ code: "KEYSET_MISSING" });
  });

  it("takes a company in with the first weekly edition at least 14 days after it was told, and tells it once", async () => {
    const { company_id, api_key } = await registerCompany(test, "Late & Co");
    await test.post("/functions/v1/submit-report", { quarter: "2026-Q1", entries: [] }, api_key);
    // The second quarter goes unreported: due on 31 July, overdue from then on, listed 90 days later, on 29 October.
    test.clock.set("2026-10-29T00:00:00Z");
    expect((await test.post(TICK, {}, test.operator)).json().moved).toContainEqual({
      id: company_id,
      subject_kind: "commercial_user",
      entered: ["DELINQUENT", "BLACKLISTED"],
    });
    expect(test.mails).toHaveLength(1);
    expect(test.mails[0]).toMatchObject({ to: "office@example.com", subject: expect.stringContaining("Late & Co") });
    expect((await test.post(TICK, {}, test.operator)).json()).toEqual({ moved: [], told: [] });
    expect(test.mails).toHaveLength(1);

    const entriesAt = async (time: string): Promise<number> => {
      test.clock.set(time);
      await test.post(PUBLISH, {}, test.operator);
      return (await listOf(test)).entry_count;
    };
    expect(await entriesAt("2026-10-29T00:00:00Z")).toBe(0); // the weekly edition of 29 October
    expect(await entriesAt("2026-11-05T00:00:00Z")).toBe(0); // a week of notice
    expect(await entriesAt("2026-11-10T00:00:00Z")).toBe(0); // in between
    expect(await entriesAt("2026-11-12T00:00:00Z")).toBe(1); // the fourteenth day, and a weekly edition
    expect((await listOf(test)).entries).toMatchObject([
      {
        kind: "commercial_user",
        id: company_id,
        name: "Late & Co",
        domains: ["example.com"],
        reason: "DELINQUENT_90D",
        since: "2026-10-29T00:00:00Z",
        enforce: "deny",
        case: "C-2026-0001",
      },
    ]);
    expect(await entriesAt("2026-11-13T00:00:00Z")).toBe(1); // and it stays in an edition in between
  });

  it("does not list in an edition between the weekly ones, even when the notice is over", async () => {
    const { company_id, api_key } = await registerCompany(test, "Later & Co");
    await test.post("/functions/v1/submit-report", { quarter: "2026-Q2", entries: [] }, api_key);
    const listsAt = async (time: string): Promise<boolean> => {
      test.clock.set(time);
      expect((await test.post(PUBLISH, {}, test.operator)).statusCode).toBe(201);
      return (await listOf(test)).entries.some(({ id }) => id === company_id);
    };
    // The third quarter was due on 31 October; ninety days later is 29 January.
    expect(await listsAt("2027-02-01T00:00:00Z")).toBe(false); // a weekly edition; the next ones follow on the 8th, 15th and 22nd
    test.clock.set("2027-02-03T00:00:00Z");
    expect((await test.post(TICK, {}, test.operator)).json().told).toEqual([company_id]);
    expect(await listsAt("2027-02-08T00:00:00Z")).toBe(false);
    expect(await listsAt("2027-02-15T00:00:00Z")).toBe(false); // the twelfth day
    expect(await listsAt("2027-02-18T00:00:00Z")).toBe(false); // the fifteenth day, between two weekly editions
    expect(await listsAt("2027-02-22T00:00:00Z")).toBe(true);
  });
});

describe("the blacklist of a registry without a key", () => {
  it("is an unsigned placeholder that is advisory only", async () => {
    const test = await createTestApp({ signed: false });
    expect((await test.post(PUBLISH, {}, test.operator)).json()).toMatchObject({ signed: false, sequence: 1 });
    const list = await listOf(test);
    expect(list).toMatchObject({ signature: "UNSIGNED_PLACEHOLDER", signatures: [], keyset_version: 0 });
    expect(await verifyBlacklist(utf8Encode((await test.get(LIST)).body), { keys: [], now: test.clock.now() })).toMatchObject({
      ok: true,
      state: "ADVISORY",
    });
    await test.close();
  });

  it("never follows a signed one", async () => {
    const test = await createTestApp();
    await test.post(PUBLISH, {}, test.operator);
    Object.assign(test.ctx.keys, { list: undefined });
    const answer = await test.post(PUBLISH, {}, test.operator);
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({ code: "SIGNING_KEY_MISSING" });
    await test.close();
  });

  it("leaves a company that cannot be told unlisted", async () => {
    const test = await createTestApp({ overrides: { mail: undefined } });
    Object.assign(test.ctx, { mail: undefined });
    const { api_key } = await registerCompany(test);
    await test.post("/functions/v1/submit-report", { quarter: "2026-Q1", entries: [] }, api_key);
    test.clock.set("2026-12-01T00:00:00Z");
    expect((await test.post(TICK, {}, test.operator)).json()).toMatchObject({ told: [] });
    test.clock.set("2027-03-01T00:00:00Z");
    await test.post(PUBLISH, {}, test.operator);
    expect((await listOf(test)).entry_count).toBe(0);
    await test.close();
  });
});
