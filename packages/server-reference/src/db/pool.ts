import { AsyncLocalStorage } from "node:async_hooks";
import { OmlaError } from "@omla/sdk/protocol";
import pg from "pg";
import type { Embedded } from "./embedded.ts";
import type { APP_ROLE, Role } from "./role.ts";
import { isDatabaseFault, unreachable } from "./errors.ts";
import { typeParsers } from "./type-parsers.ts";

/** One pool for both databases, with the same rules on both, so that a mistake fails everywhere. */
export interface Pool {
  /**
   * Lends a connection for the time of `use`. What `use` leaves open is rolled back.
   *
   * @throws {ApiError} DATABASE_UNREACHABLE where there is no connection, or it breaks during `use`
   * @throws {Error} inside another `use`: on the embedded database that would wait for itself
   */
  withClient<Result>(use: (client: Client) => Promise<Result>): Promise<Result>;
  end(): Promise<void>;
}

export interface Client {
  readonly connection: pg.PoolClient;
  /** The role of the session, where it is not the login's own. */
  role: Role | undefined;
  /** The session's bound of one statement, where it is not the pool's. */
  statementTimeoutMs: number | undefined;
  /** The connection is gone: whatever fails on it, fails for that. */
  broken: boolean;
}

export interface PoolOptions {
  readonly maxConnections: number;
  /** Bounds of one statement, of waiting for a lock, and of an idle transaction; PostgreSQL only. */
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
  readonly idleInTransactionTimeoutMs: number;
}

export const DEFAULT_POOL_OPTIONS: PoolOptions = {
  maxConnections: 10,
  statementTimeoutMs: 2_000,
  lockTimeoutMs: 1_000,
  idleInTransactionTimeoutMs: 5_000,
};

const CONNECTION_TIMEOUT_MS = 10_000;
/** PostgreSQL ends a statement by itself; who hears nothing so long after that has no connection any more. */
const SILENCE_MS = 5_000;
/** The longest time that a timer knows. */
const NEVER_MS = 2 ** 31 - 1;

/** How long the answer of a statement is waited for, whatever became of PostgreSQL's host; 0 is no bound. */
export function readTimeoutFor(statementTimeoutMs: number): number {
  return statementTimeoutMs === 0 ? NEVER_MS : statementTimeoutMs + SILENCE_MS;
}

export function createPostgresPool(url: string, options: PoolOptions = DEFAULT_POOL_OPTIONS): Pool {
  return guarded({
    connectionString: url,
    max: options.maxConnections,
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    keepAlive: true,
    query_timeout: readTimeoutFor(options.statementTimeoutMs),
    statement_timeout: options.statementTimeoutMs,
    lock_timeout: options.lockTimeoutMs,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs,
    application_name: "omla-server",
  });
}

/** The embedded database has one session, which takes the server's role as PostgreSQL gives it to a login. */
export function createEmbeddedPool(embedded: Embedded, login: typeof APP_ROLE | "postgres"): Pool {
  return guarded({ ...embedded.poolConfig, max: 1, idleTimeoutMillis: 0 }, async (client) => {
    await client.query(`rollback; set session authorization ${login}`);
  });
}

function guarded(config: pg.PoolConfig, prepare?: (client: pg.PoolClient) => Promise<void>): Pool {
  const pool = new pg.Pool({ ...config, types: typeParsers });
  // Open until the use ends: what it leaves running behind it may query again.
  const scope = new AsyncLocalStorage<{ open: boolean }>();
  const clients = new WeakMap<pg.PoolClient, Client>();
  // An idle connection that breaks is replaced at the next use.
  pool.on("error", () => undefined);

  const borrow = async (): Promise<Client> => {
    const connection = await pool.connect().catch((error: unknown) => {
      throw error instanceof Error && isDatabaseFault(error) ? error : unreachable(error);
    });
    const known = clients.get(connection);
    if (known !== undefined) return known;
    const client: Client = { connection, role: undefined, statementTimeoutMs: undefined, broken: false };
    connection.on("error", () => {
      client.broken = true;
    });
    await prepare?.(connection);
    clients.set(connection, client);
    return client;
  };

  return {
    withClient: async (use) => {
      if (scope.getStore()?.open === true) throw new Error("a query outside the open transaction: use the transaction that is handed in");
      const client = await borrow();
      const using = { open: true };
      return scope.run(using, async () => {
        try {
          const result = await use(client);
          client.connection.release();
          return result;
        } catch (error) {
          client.broken ||= isSilence(error);
          await giveBack(client, error);
          throw client.broken && isUnnamed(error) ? unreachable(error) : error;
        } finally {
          using.open = false;
        }
      });
    },
    end: () => pool.end(),
  };
}

/** What pg says where no answer came in time; it leaves the connection to its user. */
function isSilence(error: unknown): boolean {
  return error instanceof Error && error.message === "Query read timeout";
}

/** Neither a refusal of ours nor one that PostgreSQL had time to state. */
function isUnnamed(error: unknown): boolean {
  return !(error instanceof OmlaError) && !isDatabaseFault(error);
}

/** A statement that was prepared before the schema changed, and would now give other columns. */
const PLAN_OUTDATED = "0A000";

/** After a failure: rolled back and returned, or dropped where not even that works or what it has prepared is outdated. */
async function giveBack({ connection, broken }: Client, failure: unknown): Promise<void> {
  if (broken) {
    connection.release(true);
    return;
  }
  try {
    await connection.query("rollback");
    connection.release((failure as { code?: unknown } | null)?.code === PLAN_OUTDATED);
  } catch (error) {
    connection.release(error instanceof Error ? error : true);
  }
}
