import type { QueryConfig, QueryResult, QueryResultRow } from "pg";
import { assertUnprivileged } from "./assert-unprivileged.ts";
import { openEmbedded, type Embedded } from "./embedded.ts";
import { listen, type StopListening } from "./listen.ts";
import { assertMigrated, migrate } from "./migrate.ts";
import {
  createEmbeddedPool,
  createPostgresPool,
  DEFAULT_POOL_OPTIONS,
  readTimeoutFor,
  type Client,
  type Pool,
  type PoolOptions,
} from "./pool.ts";
import { APP_ROLE, ROLES, type Claims, type Role } from "./role.ts";
import { adminOf } from "./admin.ts";
import { statementNamesFor, type StatementNames } from "./statement-names.ts";

/** What repositories are given: a transaction under one role. */
export interface Tx {
  query<Row extends QueryResultRow = QueryResultRow>(query: string | QueryConfig, values?: readonly unknown[]): Promise<QueryResult<Row>>;
}

export interface TransactionOptions {
  readonly readOnly?: boolean;
  readonly isolation?: "read committed" | "repeatable read" | "serializable";
  /** Replaces the pool's statement timeout for this transaction; PostgreSQL only. */
  readonly statementTimeoutMs?: number;
}

export interface Database {
  readonly kind: "postgres" | "pglite";
  /**
   * Runs `work` in one transaction, as a role and with the caller's claims, under row-level security.
   *
   * Commits where `work` resolves, rolls back where it throws. Errors are pg's: `code`, `constraint`, `detail`.
   * @throws {Error} inside another transaction or query of this database
   */
  transaction<Result>(role: Role, claims: Claims, work: (tx: Tx) => Promise<Result>, options?: TransactionOptions): Promise<Result>;
  /** {@link Database.transaction} as service_role. */
  service<Result>(work: (tx: Tx) => Promise<Result>, options?: TransactionOptions): Promise<Result>;
  /** One statement as a role without claims: a single round trip where the connection has that role already. */
  query<Row extends QueryResultRow = QueryResultRow>(
    role: Role,
    query: string | QueryConfig,
    values?: readonly unknown[],
    options?: Pick<TransactionOptions, "statementTimeoutMs">,
  ): Promise<QueryResult<Row>>;
  /**
   * Hears what is notified on a channel, by whichever process.
   *
   * @param heard - gets the payload; an empty one where something may have been missed
   * @returns what ends it
   */
  listen(channel: string, heard: (payload: string) => void): Promise<StopListening>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** The login of the server on PostgreSQL; the embedded database where it is left out. */
  readonly url?: string | undefined;
  /** Folder of the embedded database; in memory where it is left out. */
  readonly dataDir?: string | undefined;
  /** A dumped data folder to begin with, in memory. */
  readonly loadDataDir?: Blob | undefined;
  /** A clock that SQL shall follow (`omla.now`); PostgreSQL's own where it is left out. */
  readonly now?: (() => Date) | undefined;
  readonly pool?: Partial<PoolOptions> | undefined;
}

/**
 * Opens the registry's database: PostgreSQL by URL, or the embedded one, which is brought up to date on the way.
 *
 * @throws {OmlaError} DATABASE_PRIVILEGED where the login could do more than the server needs | DATABASE_NOT_MIGRATED |
 * DATABASE_NEWER | DATABASE_TOO_OLD | MIGRATION_CHANGED | DATA_DIR_LOCKED
 */
export async function createDatabase(options: DatabaseOptions): Promise<Database> {
  return options.url === undefined ? openEmbeddedDatabase(options) : openPostgres(options.url, options);
}

async function openPostgres(url: string, options: DatabaseOptions): Promise<Database> {
  const pool = createPostgresPool(url, { ...DEFAULT_POOL_OPTIONS, ...options.pool });
  const ways: DatabaseWays = { kind: "postgres", pool, listen: (channel, heard) => listen(url, channel, heard), close: () => pool.end() };
  return checked(ways, options);
}

async function openEmbeddedDatabase(options: DatabaseOptions): Promise<Database> {
  const embedded = await openEmbedded(options);
  return runEmbedded(embedded, options).catch(async (error: unknown) => {
    await embedded.close();
    throw error;
  });
}

async function runEmbedded(embedded: Embedded, options: DatabaseOptions): Promise<Database> {
  const admin = createEmbeddedPool(embedded, "postgres");
  await migrate(adminOf("pglite", admin));
  await admin.end();
  const pool = createEmbeddedPool(embedded, APP_ROLE);
  const close = async (): Promise<void> => {
    await pool.end();
    await embedded.close();
  };
  return checked({ kind: "pglite", pool, listen: listenEmbedded(embedded, pool), close }, options);
}

/** One session for everything: what it notifies it hears itself, and LISTEN waits its turn, or its messages would mix with a query's. */
export function listenEmbedded({ pglite }: Embedded, pool: Pool): Database["listen"] {
  return async (channel, heard) => {
    const stop = await pool.withClient(() => pglite.listen(channel, heard));
    return () => pool.withClient(() => stop());
  };
}

async function checked(ways: DatabaseWays, options: DatabaseOptions): Promise<Database> {
  const { pool } = ways;
  try {
    await pool.withClient(async ({ connection }) => {
      await assertUnprivileged(connection);
      await assertMigrated(connection);
    });
  } catch (error) {
    await pool.end();
    throw error;
  }
  return databaseOf(ways, options.now);
}

/** What a database is made of. */
export interface DatabaseWays extends Pick<Database, "kind" | "listen" | "close"> {
  readonly pool: Pool;
}

/** A database over an open pool; `createDatabase` checks it first. */
export function databaseOf({ kind, pool, listen, close }: DatabaseWays, now: (() => Date) | undefined): Database {
  const names = statementNamesFor(kind);
  // The embedded database is in this process: it cannot fall silent.
  const bounded = (query: QueryConfig, { statementTimeoutMs }: Bound): QueryConfig =>
    kind === "pglite" || statementTimeoutMs === undefined ? query : withReadTimeout(query, statementTimeoutMs);
  const transaction: Database["transaction"] = (role, claims, work, options = {}) =>
    pool.withClient(async ({ connection, statementTimeoutMs }) => {
      await connection.query(beginning(role, claims, now?.(), options, statementTimeoutMs));
      const result = await work({ query: (query, values) => connection.query(bounded(prepared(names, query, values), options)) });
      await connection.query(bounded({ text: "commit" }, options));
      return result;
    });
  return {
    kind,
    transaction,
    service: (work, options) => transaction("service_role", { role: "service_role" }, work, options),
    query: (role, query, values, options) =>
      pool.withClient((client) =>
        queryAs(
          client,
          { role, now: now?.(), statementTimeoutMs: options?.statementTimeoutMs },
          bounded(asConfig(query, values), options ?? {}),
        ),
      ),
    listen,
    close,
  };
}

type Bound = Pick<TransactionOptions, "statementTimeoutMs">;

function asConfig(query: string | QueryConfig, values: readonly unknown[] | undefined): QueryConfig {
  if (typeof query !== "string") return values === undefined ? query : { ...query, values: [...values] };
  return values === undefined ? { text: query } : { text: query, values: [...values] };
}

/** pg reads this member of a query, though its types do not name it. */
function withReadTimeout(query: QueryConfig, statementTimeoutMs: number): QueryConfig & { readonly query_timeout: number } {
  return { ...query, query_timeout: readTimeoutFor(statementTimeoutMs) };
}

/** Statements of the server that stand alone, for what reads by a transaction or without one. */
export function statementsOf(db: Database): Tx {
  return { query: (query, values) => db.query("service_role", query, values) };
}

/** Statements that stand in the code are few and come again; whoever makes them as he goes names them himself, or does not. */
function prepared(names: StatementNames, query: string | QueryConfig, values: readonly unknown[] | undefined): QueryConfig {
  if (typeof query !== "string") return query;
  const name = values === undefined || values.length === 0 ? undefined : names.of(query);
  return { text: query, ...(values === undefined ? {} : { values: [...values] }), ...(name === undefined ? {} : { name }) };
}

/** Begins a transaction with its role, claims and clock in one round trip. */
function beginning(role: Role, claims: Claims, now: Date | undefined, options: TransactionOptions, ofSession: number | undefined): string {
  const modes = [`isolation level ${options.isolation ?? "read committed"}`, ...(options.readOnly === true ? ["read only"] : [])];
  const settings = [
    `set local role ${knownRole(role)}`,
    `set local request.jwt.claims = ${literal(JSON.stringify({ ...claims, role }))}`,
    ...(now === undefined ? [] : [`set local omla.now = ${literal(now.toISOString())}`]),
    ...(options.statementTimeoutMs === ofSession ? [] : timeouts("local", options.statementTimeoutMs)),
  ];
  return [`begin ${modes.join(" ")}`, ...settings].join("; ");
}

interface SessionState {
  readonly role: Role;
  readonly now: Date | undefined;
  readonly statementTimeoutMs: number | undefined;
}

/** Sets the session's role and bound only where they differ, so that the next statement of the same kind costs one round trip. */
async function queryAs<Row extends QueryResultRow>(
  client: Client,
  { role, now, statementTimeoutMs }: SessionState,
  query: QueryConfig,
): Promise<QueryResult<Row>> {
  if (client.role !== role || client.statementTimeoutMs !== statementTimeoutMs) {
    client.role = undefined;
    await client.connection.query([`set session role ${knownRole(role)}`, ...timeouts("session", statementTimeoutMs)].join("; "));
    client.role = role;
    client.statementTimeoutMs = statementTimeoutMs;
  }
  if (now !== undefined) await client.connection.query(`set session omla.now = ${literal(now.toISOString())}`);
  return client.connection.query<Row>(query);
}

/**
 * The pool's own bounds where none is given. Who waits for somebody's lock hears of that before his own time is over: he asked for
 * nothing that takes long.
 */
function timeouts(scope: "local" | "session", statementTimeoutMs: number | undefined): string[] {
  const bound = statementTimeoutMs === undefined ? "default" : String(Math.trunc(statementTimeoutMs));
  const half = Math.trunc((statementTimeoutMs ?? 0) / 2);
  const lock = half === 0 || half >= DEFAULT_POOL_OPTIONS.lockTimeoutMs ? "default" : String(half);
  return [`set ${scope} statement_timeout to ${bound}`, `set ${scope} lock_timeout to ${lock}`];
}

/** The role goes into the text of a statement, so it is checked where types could be wrong. */
function knownRole(role: Role): Role {
  if (!ROLES.includes(role)) throw new TypeError(`${String(role)} is not a role`);
  return role;
}

/** A string literal of SQL; JSON and dates hold no NUL. */
function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
