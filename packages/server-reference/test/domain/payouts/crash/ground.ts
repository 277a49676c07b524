import { randomBytes } from "node:crypto";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MovableClock } from "../../../../src/clock.ts";
import { closeContext } from "../../../../src/create-context.ts";
import { openAdmin } from "../../../../src/db/admin.ts";
import { migrate } from "../../../../src/db/migrate.ts";
import { APP_ROLE } from "../../../../src/db/role.ts";
import { receivePayment } from "../../../../src/domain/collections/receive-service.ts";
import { submitReport } from "../../../../src/domain/reports/service.ts";
import { registerModel } from "../../../db/arrange.ts";
import { layDataFolder } from "../../../helpers/embedded-template.ts";
import { APP_PASSWORD, databaseUrl } from "../../../helpers/postgres.ts";
import { openContext, QUARTER, type RunnerOrder } from "./runner.ts";

/** A registry just before its payout, to be copied for every kill. */
export interface Ground {
  readonly kind: RunnerOrder["kind"];
  readonly people: People;
  /** A copy of its own. @returns URL of the server's login, or a data folder */
  copy(): Promise<string>;
  close(): Promise<void>;
}

/** Wallets by what shall become of them. */
export interface People {
  readonly root: string;
  readonly child: string;
  readonly closed: string;
  readonly tiny: string;
}

/** The payment cleared long ago by then. */
export const PAYOUT_DAY = "2026-07-15T09:00:00Z";

/** @param pgUrl - a superuser of a PostgreSQL that is there for tests */
export async function preparePostgres(pgUrl: string): Promise<Ground> {
  const cluster = await openAdmin({ url: pgUrl });
  const names: string[] = [];
  const create = async (template: string): Promise<string> => {
    const name = `crash_${randomBytes(8).toString("hex")}`;
    await cluster.run(async (client) => {
      await client.query(`create database ${name} template ${template}`);
      if (template !== "template0") await client.query(`revoke create, temporary on database ${name} from public`);
    });
    names.push(name);
    return name;
  };
  const login = (name: string): string => databaseUrl(pgUrl, name, { user: APP_ROLE, password: APP_PASSWORD });
  const prepared = await create("template0");
  const admin = await openAdmin({ url: databaseUrl(pgUrl, prepared) });
  await migrate(admin);
  await admin.run((client) => client.query(`alter role ${APP_ROLE} login password '${APP_PASSWORD}'`));
  await admin.close();
  const people = await prepare("postgres", login(prepared));
  return {
    kind: "postgres",
    people,
    copy: async () => login(await create(prepared)),
    close: async () => {
      await cluster.run(async (client) => {
        for (const name of names) await client.query(`drop database if exists ${name} with (force)`);
      });
      await cluster.close();
    },
  };
}

export async function prepareFolder(): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), "omla-crash-"));
  const prepared = join(folder, "prepared");
  await layDataFolder(prepared);
  const people = await prepare("pglite", prepared);
  let copies = 0;
  return {
    kind: "pglite",
    people,
    copy: async () => {
      copies += 1;
      const copy = join(folder, `copy-${copies}`);
      await cp(prepared, copy, { recursive: true });
      return copy;
    },
    close: () => rm(folder, { recursive: true }),
  };
}

/** Four models: one alone, one that descends from it, one whose account is closed, one that earned dust. All is paid. */
async function prepare(kind: RunnerOrder["kind"], where: string): Promise<People> {
  const ctx = await openContext({ kind, where, now: "2026-05-15T12:00:00Z" });
  const root = await ctx.db.service((tx) => registerModel(tx));
  const child = await ctx.db.service((tx) => registerModel(tx, { parents: [[root.id, "0.40"]] }));
  const closed = await ctx.db.service((tx) => registerModel(tx));
  const tiny = await ctx.db.service((tx) => registerModel(tx));
  (ctx.clock as MovableClock).set("2026-07-01T09:00:00Z");
  const revenue = [
    [root, "100.00"],
    [child, "50.00"],
    [closed, "10.00"],
    [tiny, "0.20"],
  ] as const;
  const entries = revenue.map(([model, revenue_usd]) => ({ model: model.address, inferences: 1, revenue_usd, run_cost_usd: "0" }));
  await ctx.db.service(async (tx) => {
    const { rows } = await tx.query<{ id: string }>("insert into omla.commercial_users (company_name) values ('A company') returning id");
    const companyId = rows[0]?.id ?? "";
    await submitReport(ctx, tx, { companyId, live: true }, { quarter: QUARTER, entries });
    const amount = 48_060_000n;
    await receivePayment(ctx, tx, { rail: "stripe", reference: "all", method: "invoice", companyId, amount, confirmedBy: "test" });
  });
  await closeContext(ctx);
  return { root: root.address, child: child.address, closed: closed.address, tiny: tiny.address };
}
