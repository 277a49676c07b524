import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { loadConfig } from "../packages/server-reference/src/config.ts";
import { closeContext, createContext } from "../packages/server-reference/src/create-context.ts";
import { createMovableClock } from "../packages/server-reference/src/clock.ts";
import { asPayout } from "../packages/server-reference/src/domain/payouts/payout-transaction.ts";
import { planPayout } from "../packages/server-reference/src/domain/payouts/plan-service.ts";
import { median, type Row, time } from "./measure.ts";
import { MODEL_SHARES } from "./payout-lines.ts";
import { fillLines } from "./payout-registry.ts";
import { type BenchClient, type BenchRegistry, startRegistry } from "./sql-registry.ts";

/** Lines of the two rows; another number by the environment: a million takes ten minutes on a quiet machine. */
const ARITHMETIC_LINES = Number(process.env["OMLA_BENCH_LINES"] ?? 200_000);
const DURABLE_LINES = Number(process.env["OMLA_BENCH_LINES"] ?? 20_000);
const ROUNDS = 3;

export async function payoutBench(): Promise<Row[]> {
  const registry = await startRegistry();
  try {
    return [await arithmetic(registry), await durable(registry)];
  } finally {
    await registry.stop();
  }
}

const CHILD = fileURLToPath(new URL("./payout-arithmetic.ts", import.meta.url));

interface Measured {
  readonly milliseconds: number;
  readonly mebibytes: number;
  readonly total: string;
}

/** Ours in a process of its own, the peer in the database: both divide the same royalties by largest remainder and add up by wallet. */
async function arithmetic({ admin }: BenchRegistry): Promise<Row> {
  return admin.run(async (client) => {
    await preparePeer(client, ARITHMETIC_LINES);
    const rounds: { readonly ratio: number; readonly ours: Measured; readonly peerMs: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const ours = JSON.parse(
        execFileSync(process.execPath, ["--conditions=omla-source", CHILD, String(ARITHMETIC_LINES)], { encoding: "utf8" }),
      ) as Measured;
      let total = "";
      const peerMs = await time(async () => {
        total = String((await client.query<{ total: string }>(PEER)).rows[0]?.total);
      });
      if (total !== ours.total) throw new Error(`the two sides divided ${ours.total} and ${total}`);
      rounds.push({ ratio: ours.milliseconds / peerMs, ours, peerMs });
    }
    const peak = Math.max(...rounds.map(({ ours }) => ours.mebibytes));
    const seconds = median(rounds.map(({ ours }) => ours.milliseconds)) / 1_000;
    return {
      name: "payout plan, arithmetic",
      peer: "SQL join per report",
      peerVersion: await versionOf(client),
      size: `${ARITHMETIC_LINES} × 4`,
      ratio: median(rounds.map(({ ratio }) => ratio)),
      goal: 0.5,
      note: `${seconds.toFixed(1)} s, ${Math.round(peak)} MiB at the peak (goal 300)`,
    };
  });
}

async function preparePeer(client: BenchClient, lines: number): Promise<void> {
  await client.query('create table bench_shares (model int, wallet text collate "C", share numeric, primary key (model, wallet))');
  await client.query("insert into bench_shares select * from unnest($1::int[], $2::text[], $3::numeric[])", [
    MODEL_SHARES.flatMap((shares, model) => shares.map(() => model)),
    MODEL_SHARES.flatMap((shares) => shares.map(({ id }) => id)),
    MODEL_SHARES.flatMap((shares) => shares.map(({ weight }) => weight.toString())),
  ]);
  await client.query(
    `create table bench_reports as select i as report, i % ${MODEL_SHARES.length} as model, (1000000 + (i::bigint * 7919) % 99999989)::numeric as net from generate_series(0, ${lines - 1}) i`,
  );
  await client.query("set work_mem = '256MB'; set statement_timeout = 0; analyze");
}

/** Largest remainder by window functions, as somebody who knows SQL writes it. */
const PEER = `
  with part as (
    select r.report, s.wallet, div(r.net * s.share, 1000000000000000000) as amount, r.net * s.share % 1000000000000000000 as rest, r.net
      from bench_reports r join bench_shares s on s.model = r.model
  ), ranked as (
    select wallet, amount, row_number() over (partition by report order by rest desc, wallet) as nth, net - sum(amount) over (partition by report) as left_over from part
  ), by_wallet as (
    select wallet, sum(amount + case when nth <= left_over then 1 else 0 end) as owed from ranked group by wallet
  )
  select sum(owed)::text as total from by_wallet`;

/** The whole plan, committed, against a bare COPY of the rows that it wrote. */
async function durable({ admin, appUrl }: BenchRegistry): Promise<Row> {
  const quarters = await admin.run((client) => fillLines(client, DURABLE_LINES));
  const clock = createMovableClock("2026-11-02T09:00:00Z");
  const ctx = await createContext(loadConfig({ DATABASE_URL: appUrl, OMLA_JWT_SECRET: "x".repeat(32), OMLA_LOG_LEVEL: "error" }), {
    clock,
  });
  const baseMiB = process.memoryUsage().rss / 2 ** 20;
  let peakMiB = baseMiB;
  const watch = setInterval(() => (peakMiB = Math.max(peakMiB, process.memoryUsage().rss / 2 ** 20)), 50);
  const planMs = await time(() => asPayout(ctx, (tx) => planPayout(ctx, tx, { quarter: quarters.at(-1) ?? "", reportId: null }, () => {})));
  clearInterval(watch);
  await closeContext(ctx);
  const { copyMs, rows, version } = await admin.run(async (client) => ({ ...(await copyRows(client)), version: await versionOf(client) }));
  return {
    name: "payout plan, durable, with its postings",
    peer: "bare COPY of the same rows",
    peerVersion: version,
    size: `${DURABLE_LINES} × 4`,
    ratio: planMs / copyMs,
    goal: 2,
    note: `${(planMs / 1_000).toFixed(1)} s for ${rows} rows (COPY ${(copyMs / 1_000).toFixed(1)} s), ${Math.round(peakMiB - baseMiB)} MiB more at the peak`,
  };
}

const WRITTEN: readonly (readonly [table: string, which: string])[] = [
  ["payout_lines", "true"],
  ["distributions", "true"],
  ["payments", "true"],
  ["ledger_txns", "kind like 'payout.%'"],
  ["ledger_entries", "txn_id in (select id from omla.ledger_txns where kind like 'payout.%')"],
];

/** Copies the written rows out, and then into tables without an index or a constraint. */
async function copyRows(client: BenchClient): Promise<{ readonly copyMs: number; readonly rows: number }> {
  await client.query("set statement_timeout = 0");
  const folder = (await client.query<{ data_directory: string }>("show data_directory")).rows[0]?.data_directory ?? "";
  let copyMs = 0;
  let rows = 0;
  for (const [table, which] of WRITTEN) {
    const file = `${folder}/bench-${table}.copy`;
    const written = await client.query(`copy (select * from omla.${table} where ${which}) to '${file}'`);
    rows += written.rowCount ?? 0;
    await client.query(`create table bench_copy_${table} as select * from omla.${table} limit 0`);
    copyMs += await copyTime(client, table, file);
  }
  return { copyMs, rows };
}

/** The median of some rounds: one of them is short enough to fall into a slow moment of the machine. */
async function copyTime(client: BenchClient, table: string, file: string): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await client.query(`truncate bench_copy_${table}`);
    rounds.push(await time(() => client.query(`copy bench_copy_${table} from '${file}'`)));
  }
  return median(rounds);
}

async function versionOf(client: BenchClient): Promise<string> {
  return (await client.query<{ server_version: string }>("show server_version")).rows[0]?.server_version.split(" ")[0] ?? "";
}
