import { inTurn, type Load, ratioOf, requestsPerSecond } from "./http-load.ts";
import { startProcess } from "./http-servers.ts";
import { median, type Row } from "./measure.ts";
import { type BenchCompany, makeCompanies } from "./report-companies.ts";
import { fillModels } from "./registry-models.ts";
import { startRegistry } from "./sql-registry.ts";

const MODELS = 1_000;
const ROUNDS = 8;
/** Reports of one run; each is a company's first of the quarter. */
const REPORTS = 640;
const QUARTER = "2026-Q2";

/** What a run sends: each company reports once, as often as there are rounds and one to warm up. */
const RUNS = ROUNDS + 1;

type LoadName = "ours" | "four" | "unchecked" | "plain";
const PATHS: Readonly<Record<LoadName, string>> = {
  ours: "/functions/v1/submit-report",
  four: "/bench/submit-in-four",
  unchecked: "/bench/submit-unchecked",
  plain: "/bench/submit-plainly",
};

/**
 * Reports over HTTP, with credential, idempotency key, recomputation, ledger, compliance step and audit row: beside the same work in four round
 * trips, beside ours without a credential, and beside a plain storing in four round trips, which does a small part of the work.
 */
export async function reportsBench(): Promise<Row[]> {
  const registry = await startRegistry();
  const server = await registry.admin
    .run((client) => fillModels(client, MODELS))
    .then(() => startProcess("registry-process.ts", { BENCH_DATABASE_URL: registry.appUrl }));
  try {
    const { companies, models } = await registry.admin.run(async (client) => ({
      companies: await makeCompanies(client, REPORTS * RUNS * Object.keys(PATHS).length),
      models: (await client.query<{ id: string }>("select id from omla.models limit 500")).rows.map(({ id }) => id),
    }));
    // Statistics as a registry has them that runs for a while: else the first plans are those of empty tables.
    const settle = (): Promise<unknown> => registry.admin.run((client) => client.query("analyze"));
    return rowsOf(await inTurn(loadsOf({ url: server.url, companies, models, settle }), ROUNDS));
  } finally {
    await server.stop();
    await registry.stop();
  }
}

function rowsOf(figures: Readonly<Record<LoadName, number[]>>): Row[] {
  const note = (peer: LoadName): string => `${Math.round(median(figures.ours))} beside ${Math.round(median(figures[peer]))} requests/s`;
  const row = { size: `${REPORTS} reports of one line`, peerVersion: "", better: "larger" } as const;
  const beside = (peer: LoadName): Pick<Row, "ratio" | "note"> => ({ ratio: ratioOf(figures.ours, figures[peer]), note: note(peer) });
  return [
    { ...row, name: "submit-report", peer: "the same work in four round trips", ...beside("four"), goal: 1.5 },
    { ...row, name: "submit-report, what the credential costs", peer: "the same without one", ...beside("unchecked"), goal: 0.85 },
    { ...row, name: "submit-report, beside far less work", peer: "a plain storing in four round trips", ...beside("plain") },
  ];
}

interface Stage {
  readonly url: string;
  readonly companies: readonly BenchCompany[];
  readonly models: readonly string[];
  /** Between two runs. */
  readonly settle: () => Promise<unknown>;
}

function loadsOf({ url, companies, models, settle }: Stage): Record<LoadName, () => Promise<Load>> {
  let next = 0;
  const load = async (name: LoadName): Promise<Load> => {
    const reporting = companies.slice(next, next + REPORTS);
    next += REPORTS;
    await warm(url, reporting);
    await settle();
    return {
      url,
      once: true,
      requests: reporting.map(({ id, key }, at) => ({
        method: "POST",
        path: PATHS[name],
        headers: {
          "content-type": "application/json",
          "idempotency-key": `report-${id}`,
          ...(name === "unchecked" ? { "x-company": id } : { authorization: `Bearer ${key}` }),
        },
        body: JSON.stringify({
          quarter: QUARTER,
          entries: [{ model: models[at % models.length], inferences: 1_000, revenue_usd: "100.00", run_cost_usd: "40.00" }],
        }),
      })),
    };
  };
  return { ours: () => load("ours"), unchecked: () => load("unchecked"), four: () => load("four"), plain: () => load("plain") };
}

/** Shows the server each key once: bcrypt is paid once a minute, and its cost is known. */
async function warm(url: string, companies: readonly BenchCompany[]): Promise<void> {
  const requests = companies.map(({ key }) => ({
    method: "POST" as const,
    path: "/functions/v1/company-session",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: "{}",
  }));
  await requestsPerSecond({ url, once: true, requests });
}
