import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { beat } from "../../../src/domain/blacklist/publication-service.ts";
import { checkServedList } from "../../../src/domain/blacklist/served-service.ts";
import { verifyHeartbeat } from "@omla/sdk/protocol";
import { publishWhenDue } from "../../../src/jobs/publish-when-due.ts";
import { SCHEDULE } from "../../../src/jobs/schedule.ts";
import { createLog } from "../../../src/log.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { servedList } from "./list-registry.ts";

const PUBLISH = "/functions/v1/publish-blacklist";

let test: TestApp;
let answer: () => Promise<Response>;
let asked: string[];
let alarms: string[];
beforeEach(async () => {
  asked = [];
  alarms = [];
  const fetch = async (url: unknown): Promise<Response> => {
    asked.push(String(url));
    return answer();
  };
  test = await createTestApp({ overrides: { fetch: fetch as typeof globalThis.fetch } });
  Object.assign(test.ctx, { log: createLog("error", test.clock, (line) => alarms.push(line)) });
  answer = async () => new Response((await test.get("/api/blacklist.json")).rawPayload as BodyInit);
});
afterEach(() => test.close());

const metric = async (name: string): Promise<string | undefined> =>
  (await test.get("/metrics")).body.split("\n").find((line) => line.startsWith(`${name} `));

describe("the look at what is really served", () => {
  it("follows each weekly publication, and finds the published bytes", async () => {
    expect(await publishWhenDue(test.ctx)).toMatchObject({ published: true, served: { sequence: 1, outcome: "same" } });
    expect(asked).toEqual(["https://registry.test/api/blacklist.json"]);
    expect(alarms).toEqual([]);
    expect(await metric("omla_list_served_matches")).toBe("omla_list_served_matches 1");
    expect(await metric("omla_list_sequence")).toBe("omla_list_sequence 1");
  });

  it("alarms where one byte differs, and where nothing comes", async () => {
    await test.post(PUBLISH, {}, test.operator);
    const good = (await test.get("/api/blacklist.json")).body;
    answer = async () => new Response(good.replace('"entry_count":0', '"entry_count":1'));
    expect(await checkServedList(test.ctx)).toMatchObject({ outcome: "different" });
    expect(alarms.join()).toContain("the served list is not the published one");
    expect(await metric("omla_list_served_matches")).toBe("omla_list_served_matches 0");
    answer = async () => new Response("no", { status: 502 });
    expect(await checkServedList(test.ctx)).toMatchObject({ outcome: "unreachable" });
    answer = async () => new Response("<html>parked</html>");
    expect(await checkServedList(test.ctx)).toMatchObject({ outcome: "different" });
    expect(await test.rows("select outcome, sequence::int from omla.list_checks order by id")).toEqual([
      { outcome: "different", sequence: 1 },
      { outcome: "unreachable", sequence: 1 },
      { outcome: "different", sequence: 1 },
    ]);
  });

  it("lets a cache hold the list before for ten minutes, and no longer", async () => {
    await test.post(PUBLISH, {}, test.operator);
    const first = (await test.get("/api/blacklist/1.json")).body;
    await test.post(PUBLISH, {}, test.operator);
    answer = async () => new Response(first);
    expect(await checkServedList(test.ctx)).toMatchObject({ sequence: 2, outcome: "cached" });
    test.clock.advance({ minutes: 11 });
    expect(await checkServedList(test.ctx)).toMatchObject({ outcome: "older" });
  });

  it("is not done before the first list, nor where it is switched off", async () => {
    expect(await checkServedList(test.ctx)).toBeUndefined();
    await test.post(PUBLISH, {}, test.operator);
    Object.assign(test.ctx, { config: { ...test.ctx.config, listSelfCheck: false } });
    expect(await checkServedList(test.ctx)).toBeUndefined();
    expect(asked).toEqual([]);
  });
});

describe("the heartbeat", () => {
  it("has its own rhythm between two lists, and always less than seven days", async () => {
    await test.post(PUBLISH, {}, test.operator);
    const key = test.ctx.keys.heartbeat?.publicKey ?? "";
    expect(await test.ctx.db.service((tx) => beat(test.ctx, tx))).toBe(false); // the list brought one
    test.clock.advance({ hours: 13 });
    expect(await test.ctx.db.service((tx) => beat(test.ctx, tx))).toBe(true);
    const { rawPayload } = await test.get("/api/blacklist.heartbeat.json");
    const { sequence } = await servedList(test);
    const digest = String((await test.rows("select digest from omla.published_lists"))[0]?.["digest"]);
    const verdict = await verifyHeartbeat(rawPayload, {
      keys: [key],
      now: test.clock.now(),
      list: { sequence, digest, length: await bodyLength() },
    });
    expect(verdict).toMatchObject({
      ok: true,
      effect: "confirms",
      heartbeat: { generated_at: "2026-05-16T01:00:00Z", expires_at: "2026-05-23T01:00:00Z" },
    });
    expect(SCHEDULE["publish-heartbeat"].everyMs).toBeLessThan(12 * 3_600_000);
  });

  it("does not confirm a placeholder", async () => {
    const bare = await createTestApp({ signed: false });
    await bare.post(PUBLISH, {}, bare.operator);
    expect(await bare.ctx.db.service((tx) => beat(bare.ctx, tx))).toBe(false);
    await bare.close();
  });
});

/** Bytes of the list without its two signature members: counted by hand from the served file. */
async function bodyLength(): Promise<number> {
  const { body } = await test.get("/api/blacklist.json");
  return body.replace(/"signature":"[^"]+","signatures":\[[^\]]+\],/, "").trimEnd().length;
}

describe("a list that is signed anew", () => {
  it("resign_without_bump_detected: the database keeps the first list of a number, whoever signs another", async () => {
    await test.post(PUBLISH, {}, test.operator);
    const again = test.ctx.db.service((tx) =>
      tx.query(
        `insert into omla.published_lists select sequence, quarter, encode(sha256('x'), 'hex'), prev_sha256, raw, signed, entry_count, generated_at, next_update, expires_at
           from omla.published_lists where sequence = 1`,
      ),
    );
    await expect(again).rejects.toMatchObject({ constraint: "LIST_SEQUENCE" });
    const changed = test.ctx.db.service((tx) => tx.query("update omla.published_lists set raw = raw || ' '"));
    await expect(changed).rejects.toThrow();
    expect((await test.rows("select count(*)::int as n from omla.published_lists"))[0]).toEqual({ n: 1 });
  });

  it("gets the next number each week, also where nothing changed", async () => {
    await publishWhenDue(test.ctx);
    test.clock.advance({ days: 6 });
    expect(await publishWhenDue(test.ctx)).toEqual({ published: false });
    test.clock.advance({ days: 1 });
    expect(await publishWhenDue(test.ctx)).toMatchObject({ sequence: 2, entry_count: 0, weekly: true });
  });
});
