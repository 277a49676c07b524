import { AsyncLocalStorage } from "node:async_hooks";
import { PgBoss } from "pg-boss";
import type { Database, Tx } from "../db/database.ts";
import type { Log } from "../log.ts";

/** Work that waits in the database: it survives a restart, and one of several processes takes it. */
export interface Queue {
  /** Makes the queue's tables on first use; to be awaited before a transaction that enqueues. */
  ready(): Promise<void>;
  /**
   * Puts work into the queue in the caller's transaction: it is there if and only if that commits.
   *
   * @param id - work of the same id is put in once
   */
  enqueue(tx: Tx, name: string, data: object, id?: string): Promise<void>;
  /** Takes work as it comes; what throws is tried again later, with growing pauses. */
  work(name: string, handle: (data: object) => Promise<void>): Promise<void>;
  /** Waits for what is under way, for some seconds at most. */
  stop(): Promise<void>;
}

const SCHEMA = "boss";
const JOBS_ROLE = "omla_jobs";
const STOP_TIMEOUT_MS = 8_000;
const POLLING_SECONDS = 0.5;
/** A day of a dead mail server is survived: 1, 2, 4 … minutes, an hour at most, about two days in all. */
const RETRIES = { retryLimit: 50, retryDelay: 60, retryBackoff: true, retryDelayMax: 3_600 } as const;
const KEPT_SECONDS = 14 * 86_400;

/** A queue that hands what is enqueued to a listener and does nothing with it: for rehearsals, where nobody shall be told. */
export function createRehearsalQueue(heard: (name: string, data: object) => void = () => {}): Queue {
  return { ready: async () => {}, enqueue: async (_tx, name, data) => heard(name, data), work: async () => {}, stop: async () => {} };
}

/** pg-boss on the registry's own pool, under a role that owns the queue's tables and nothing else. */
export function createQueue(db: Database, log: Log): Queue {
  // pg-boss asks for its queues by itself: inside a transaction that must go through it as well.
  const enlisted = new AsyncLocalStorage<Tx>();
  const boss = new PgBoss({
    db: { executeSql: (text, values) => enlisted.getStore()?.query(text, values) ?? db.query(JOBS_ROLE, text, values) },
    schema: SCHEMA,
    createSchema: false,
    schedule: false,
    reindex: false,
    backend: db.kind === "pglite" ? "pglite" : "postgres",
  });
  boss.on("error", (error) => log.error({ error }, "job queue"));
  const queues = new Map<string, Promise<void>>();
  let started: Promise<void> | undefined;
  // What failed is not remembered: a database that was away for a moment would keep the queue shut until a restart.
  const ready = (): Promise<void> => {
    started ??= boss.start().then(
      () => undefined,
      (error: unknown) => {
        started = undefined;
        throw error;
      },
    );
    return started;
  };
  const queueOf = (name: string): Promise<void> => {
    const known = queues.get(name) ?? boss.createQueue(name, { ...RETRIES, deleteAfterSeconds: KEPT_SECONDS });
    queues.set(name, known);
    known.catch(() => queues.delete(name));
    return known;
  };
  return {
    ready: async () => {
      await ready();
      for (const name of QUEUES) await queueOf(name);
    },
    enqueue: async (tx, name, data, id) => {
      await tx.query(`set local role ${JOBS_ROLE}`);
      await enlisted.run(tx, () => boss.send(name, data, id === undefined ? {} : { id }));
      await tx.query("set local role service_role");
    },
    work: async (name, handle) => {
      await ready();
      await queueOf(name);
      let worker = "";
      worker = await boss.work<object>(name, { pollingIntervalSeconds: POLLING_SECONDS, batchSize: 1 }, async (jobs) => {
        // It pauses only where nothing waits: after work it looks again at once.
        boss.notifyWorker(worker);
        for (const { data } of jobs) await handle(data);
      });
    },
    stop: async () => {
      if (started === undefined) return;
      await started;
      await boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MS });
    },
  };
}

/** Every queue there is, so that a transaction never has to make one. */
export const QUEUES = ["schedule", "notice"] as const;
