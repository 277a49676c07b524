import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createStage, PAYOUT_DAY, QUARTER, type Stage } from "../domain/payouts/stage.ts";

/** What a test key is allowed to see: rows of its own ledger, and what everybody sees. */
let test: Stage;
let testKey: string;
/** Ids and amounts of the live ledger, none of which may stand in an answer. */
let secrets: string[];
/** Paths with their methods that a company's key can be sent to. */
let routes: { readonly method: "GET" | "POST"; readonly path: string }[];
let views: string[];
let receipt: string;

const LIVE_REVENUE = "777777.77";
const TEST_REVENUE = "1000.00";

beforeAll(async () => {
  test = await createStage();
  const model = await test.model();
  const lines = await test.report(new Map([[model, LIVE_REVENUE]]));
  await test.pay("233333.331");
  test.clock.set(PAYOUT_DAY);
  await test.payout();
  await test.report(new Map([[model, LIVE_REVENUE]]), { quarter: "2026-Q3" });
  const minted = await test.post("/functions/v1/create-api-key", { live: false }, test.company.api_key);
  testKey = minted.json().api_key;
  const entries = [{ model: model.address, inferences: 1, revenue_usd: TEST_REVENUE, run_cost_usd: "0" }];
  const filed = await test.post("/functions/v1/submit-report", { quarter: QUARTER, entries }, testKey);
  expect([filed.statusCode, filed.json().live]).toEqual([201, false]);
  const ids = await test.rows(
    `select id::text from omla.submissions where live union select id::text from omla.usage_reports where live union select id::text from omla.payments
     union select kid from omla.api_keys where live union select id::text from omla.collections`,
  );
  receipt = String((await test.rows("select body ->> 'number' as number from omla.receipts"))[0]?.["number"]);
  secrets = [...ids.map(({ id }) => String(id)), ...lines.values(), "777777.77", "233333.33", "office@example.com"];
  const { paths } = (await test.get("/openapi.json")).json() as { paths: Record<string, Record<string, { security?: object[] }>> };
  routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method, { security = [] }]) => ["get", "post"].includes(method) && security.some((one) => "company" in one))
      .map(([method]) => ({ method: method.toUpperCase() as "GET" | "POST", path })),
  );
  views = (
    await test.rows("select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'v' order by 1")
  ).map(({ name }) => String(name));
});
afterAll(() => test.close());

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const rowsOf = async (view: string, token?: string): Promise<string[]> => {
  const answer = await test.get(`/rest/v1/${view}?limit=1000`, token === undefined ? {} : bearer(token));
  expect([view, answer.statusCode]).toEqual([view, 200]);
  return (answer.json() as object[]).map((row) => JSON.stringify(row));
};
const isTest = (row: string): boolean => (JSON.parse(row) as { live?: boolean }).live === false;

/** Bodies that get past the schema of each route, so that what refuses is the key. */
const BODIES: Readonly<Record<string, () => object>> = {
  quote: () => ({ quarter: QUARTER, entries: [] }),
  "submit-report": () => ({ quarter: "2026-Q1", entries: [] }),
  "amend-report": () => ({ quarter: QUARTER, entries: [] }),
  pay: () => ({ quarter: QUARTER, method: "checkout" }),
  certificate: () => ({ quarter: QUARTER }),
  "create-api-key": () => ({ live: true }),
  "revoke-api-key": () => ({ kid: test.company.api_key.split("_")[2] }),
  "open-dispute": () => ({ report_id: secrets[0], description: "What is in there?" }),
  "respond-audit": () => ({ audit_id: "00000000-0000-4000-8000-000000000000", description: "x", evidence: [] }),
  "declare-currencies": () => ({ currencies: ["USD"], fees: [] }),
};

async function call({ method, path }: (typeof routes)[number], token: string): Promise<{ status: number; body: string }> {
  const url = path.replace("{number}", receipt);
  const name = path.split("/").at(-1) ?? "";
  const answer = method === "GET" ? await test.get(url, bearer(token)) : await test.post(url, BODIES[name]?.() ?? {}, token);
  return { status: answer.statusCode, body: answer.body };
}

/** What changes of the live company would show. */
const fingerprint = (): Promise<Record<string, unknown>[]> =>
  test.rows(
    `select (select string_agg(u::text, '' order by u.id) from omla.usage_reports u where live) as lines,
            (select string_agg(s::text, '' order by s.id) from omla.submissions s where live) as filed,
            (select string_agg(k::text, '' order by k.kid) from omla.api_keys k where live) as keys,
            (select string_agg(c::text, '' order by c.id) from omla.commercial_users c) as companies,
            (select string_agg(p::text, '' order by p.company_id) from omla.commercial_user_private p) as contacts,
            (select string_agg(s::text, '' order by s.id) from omla.compliance_state s) as states,
            (select count(*)::int from omla.payment_requests) as asked, (select count(*)::int from omla.usage_disputes) as disputes,
            (select count(*)::int from omla.remitter_currencies) as currencies, (select count(*)::int from omla.webhook_endpoints) as hooks,
            (select count(*)::int from omla.ledger_txns where live) as postings`,
  );

describe("a test key at /rest/v1", () => {
  it("sees in every table what everybody sees, and beside that rows of the test ledger alone", async () => {
    const seen: Record<string, number> = {};
    for (const view of views) {
      const everybody = new Set(await rowsOf(view));
      const own = (await rowsOf(view, testKey)).filter((row) => !everybody.has(row));
      expect([view, own.filter((row) => !isTest(row))]).toEqual([view, []]);
      if (own.length > 0) seen[view] = own.length;
    }
    expect(seen).toEqual({ submissions: 1, usage_reports: 1 });
  });

  it("is kept from what the live key sees: the data would show it", async () => {
    const seen: string[] = [];
    for (const view of views) {
      const everybody = new Set(await rowsOf(view));
      const own = (await rowsOf(view, test.company.api_key)).filter((row) => !everybody.has(row));
      expect([view, own.filter(isTest)]).toEqual([view, []]);
      if (own.length > 0) seen.push(view);
    }
    expect(seen.sort()).toEqual(["commercial_users", "compliance_state", "payments", "submissions", "usage_reports"]);
  });
});

describe("a test key at every route of a company", () => {
  it("reads nothing of the live ledger, and moves nothing there", async () => {
    const before = await fingerprint();
    const answers: Record<string, number> = {};
    for (const route of routes) {
      const { status, body } = await call(route, testKey);
      expect([route.path, secrets.filter((secret) => body.includes(secret))]).toEqual([route.path, []]);
      answers[`${route.method} ${route.path.split("/").at(-1)}`] = status;
    }
    expect(await fingerprint()).toEqual(before);
    // What works with a test key, named, so that a new route of companies has to be thought about here.
    const works = Object.entries(answers).flatMap(([route, status]) => (status < 300 ? [route] : []));
    expect(works.sort()).toEqual(
      ["GET receivables", "POST amend-report", "POST due", "POST list-api-keys", "POST quote", "POST submit-report"].sort(),
    );
    expect(Object.values(answers).every((status) => status < 300 || status === 400 || status === 403 || status === 422)).toBe(true);
  });

  it("would read much of it with a live key: the secrets are where they are looked for", async () => {
    const found = new Set<string>();
    for (const route of routes.filter(({ method, path }) => method === "GET" || /due|list-api-keys/.test(path))) {
      const { body } = await call(route, test.company.api_key);
      for (const secret of secrets) if (body.includes(secret)) found.add(route.path.split("/").at(-1) ?? "");
    }
    expect([...found].sort()).toEqual(["due", "list-api-keys", "receipts", "receivables", "{number}"].sort());
  });
});

describe("the session of a test key", () => {
  it("reads what the key reads, and nothing live", async () => {
    const { access_token } = (await test.post("/functions/v1/company-session", {}, testKey)).json();
    for (const view of views) expect([view, await rowsOf(view, access_token)]).toEqual([view, await rowsOf(view, testKey)]);
    for (const route of routes) expect([400, 401, 403]).toContain((await call(route, access_token)).status);
  });

  it("ends when its key is revoked, at once, as a live key's does", async () => {
    const spare = (await test.post("/functions/v1/create-api-key", { live: false }, test.company.api_key)).json();
    const { access_token } = (await test.post("/functions/v1/company-session", {}, spare.api_key)).json();
    expect((await test.get("/rest/v1/submissions", bearer(access_token))).statusCode).toBe(200);
    await test.post("/functions/v1/revoke-api-key", { kid: spare.kid }, test.company.api_key);
    expect((await test.get("/rest/v1/submissions", bearer(access_token))).statusCode).toBe(401);
  });
});

describe("the people of a model", () => {
  it("are not shown what companies try out with test keys", async () => {
    const [model] = await test.rows("select ed25519_pubkey as pubkey from omla.models limit 1");
    const { rows } = await test.ctx.db.transaction("authenticated", { pubkey: model?.["pubkey"] }, (tx) =>
      tx.query<{ live: boolean }>("select distinct live from public.usage_reports"),
    );
    expect(rows).toEqual([{ live: true }]);
  });
});
