import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { databaseKind } from "../../helpers/database.ts";
import { registerModel, type SignedModel } from "../../helpers/factories.ts";

let test: TestApp;
let model: SignedModel;
beforeAll(async () => {
  test = await createTestApp();
  model = await registerModel(test, { name: "Asked for" });
});
afterAll(() => test.close());

describe("what strangers are answered", () => {
  it("has a validator, and is not sent again to who holds it", async () => {
    const url = `/rest/v1/models?model_hash=eq.${model.hash}&select=name`;
    const first = await test.get(url);
    expect(first.headers).toMatchObject({ "cache-control": "no-cache", etag: expect.stringMatching(/^"[\w-]{22}"$/) });
    const etag = String(first.headers["etag"]);
    const second = await test.get(url, { "if-none-match": `"other", W/${etag}` });
    expect([second.statusCode, second.body, second.headers["etag"]]).toEqual([304, "", etag]);
    expect((await test.get(url, { "if-none-match": '"other"' })).statusCode).toBe(200);
    expect((await test.get(url, { authorization: `Bearer ${test.operator}`, "if-none-match": etag })).headers).toMatchObject({
      "cache-control": "private, no-store",
    });
  });

  it("is repeated for some seconds where that is set, until something is written here", async () => {
    const caching = await createTestApp({ config: { answerCacheSeconds: 5 } });
    try {
      const { hash, address } = await registerModel(caching, { name: "Known" });
      const ask = async (): Promise<unknown> => (await caching.get(`/rest/v1/rpc/verify_by_hash?hash=${hash}&select=state`)).json();
      const setState = (state: string) => caching.rows("update omla.compliance_state set state = $1 returning id", [state]);
      expect(await ask()).toEqual([{ state: "REGISTERED" }]);
      await setState("REPORTING");
      expect(await ask()).toEqual([{ state: "REGISTERED" }]);
      // Others do not get a stranger's answer, and another question is another answer.
      const own = await caching.get(`/rest/v1/rpc/verify_by_hash?hash=${hash}&select=state`, {
        authorization: `Bearer ${caching.operator}`,
      });
      expect(own.json()).toEqual([{ state: "REPORTING" }]);
      expect((await caching.get(`/rest/v1/rpc/verify_many?addresses={${address}}&select=state`)).json()).toEqual([{ state: "REPORTING" }]);
      caching.clock.advance({ seconds: 5 });
      expect(await ask()).toEqual([{ state: "REPORTING" }]);
      await setState("COMPLIANT");
      await registerModel(caching, { name: "A write" });
      expect(await ask()).toEqual([{ state: "COMPLIANT" }]);
    } finally {
      await caching.close();
    }
  });
});

describe("a question that takes too long", () => {
  it("is refused with what to do, never with a fault of ours", async () => {
    await test.database.owner((client) =>
      client.query(`
        create or replace function public.resolve_splits(target_model_id uuid, lineage_policy text default null, as_of timestamptz default null)
        returns table (wallet_address text, wallet_rail text, percentage numeric, share text) language plpgsql stable security definer set search_path = pg_catalog, pg_temp
        as $$ begin perform pg_sleep(0.6); return; end $$`),
    );
    const begin = performance.now();
    const answer = await test.post("/rest/v1/rpc/resolve_splits", { target_model_id: model.model_id });
    // The embedded database heeds no time-out.
    if (databaseKind === "pglite") expect(answer.statusCode).toBe(200);
    else {
      expect([answer.statusCode, answer.json()]).toEqual([
        413,
        {
          code: "57014",
          details: null,
          hint: expect.stringMatching(/^Ask for less/),
          message: "canceling statement due to statement timeout",
        },
      ]);
      // Its own bound is a quarter of a second, and that of other questions a whole one.
      expect(performance.now() - begin).toBeLessThan(590);
    }
  });
});

describe("the catalogue", () => {
  it("is read again when somebody notifies pgrst", async () => {
    expect((await test.get("/rest/v1/late_view")).json()).toMatchObject({ code: "PGRST205" });
    await test.database.owner(async (client) => {
      await client.query(
        "create view public.late_view as select 1 as one; grant select on public.late_view to anon; notify pgrst, 'reload schema'",
      );
    });
    await expect.poll(async () => (await test.get("/rest/v1/late_view")).body).toBe('[{"one":1}]');
  });
});
