import type { LightMyRequestResponse } from "fastify";
import { toBase64 } from "@omla/sdk/protocol";
import { type AppExtras, buildApp } from "../../src/app.ts";
import { associationKey } from "../../src/association-keys.ts";
import type { MovableClock } from "../../src/clock.ts";
import { type Config, loadConfig } from "../../src/config.ts";
import { type ContextOverrides, createContext } from "../../src/create-context.ts";
import { createKeyHasher } from "../../src/credentials/key-hasher.ts";
import { operatorToken } from "../../src/credentials/operator-token.ts";
import type { App } from "../../src/http.ts";
import { createRehearsalQueue } from "../../src/jobs/queue.ts";
import { createLog } from "../../src/log.ts";
import type { Message } from "../../src/mail.ts";
import { movableClock } from "./clock.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";

export const REGISTRY = "https://registry.test";
export const JWT_SECRET = "a-secret-of-the-tests-with-more-than-32-characters";

/** A registry on a fresh database, whose clock stands still until it is moved and whose mail is kept. */
export interface TestApp {
  readonly app: App;
  readonly ctx: Awaited<ReturnType<typeof createContext>>;
  readonly clock: MovableClock;
  readonly database: TestDatabase;
  readonly mails: Message[];
  /** What was put into the queue, where the real one is not asked for. */
  readonly queued: { readonly name: string; readonly data: object }[];
  /** What the operator sends. */
  readonly operator: string;
  post(url: string, body: unknown, credential?: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  get(url: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  /** Rows of a table, as the owner sees them. */
  rows(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export interface TestAppOptions {
  readonly config?: Partial<Config>;
  readonly overrides?: ContextOverrides;
  readonly extras?: AppExtras;
  /** Unsigned where false. */
  readonly signed?: boolean;
  readonly rates?: boolean;
  /** The real queue, in the database, instead of one that only remembers. */
  readonly realQueue?: boolean;
}

export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const clock = movableClock();
  const database = await createTestDatabase({ now: () => clock.now() });
  const base = loadConfig({
    OMLA_JWT_SECRET: JWT_SECRET,
    OMLA_DATA_DIR: "memory",
    OMLA_PUBLIC_URL: REGISTRY,
    OMLA_ANSWER_CACHE_SECONDS: "0",
  });
  const config: Config = { ...base, limits: { ...base.limits, rates: options.rates ?? false }, ...options.config };
  const mails: Message[] = [];
  const queued: { name: string; data: object }[] = [];
  const seed = (byte: number): string => toBase64(new Uint8Array(32).fill(byte));
  const keys =
    options.signed === false
      ? { list: undefined, heartbeat: undefined }
      : { list: await associationKey(seed(1)), heartbeat: await associationKey(seed(2)) };
  const mail = { send: async (message: Message) => void mails.push(message) };
  // bcrypt's lowest cost: the tests mint many keys and attack none of them by force.
  const hasher = createKeyHasher(JWT_SECRET, clock, 4);
  const ctx = await createContext(config, {
    clock,
    keys,
    mail,
    hasher,
    log: createLog("error", clock, (line) => process.stderr.write(line)),
    db: database.db,
    ...options.overrides,
  });
  if (options.realQueue !== true) Object.assign(ctx, { queue: createRehearsalQueue((name, data) => void queued.push({ name, data })) });
  const app = await buildApp(ctx, options.extras);
  await app.ready();
  return {
    app,
    ctx,
    clock,
    database,
    mails,
    queued,
    operator: operatorToken(JWT_SECRET, new Date("2100-01-01")),
    post: (url, body, credential, headers = {}) =>
      app.inject({
        method: "POST",
        url,
        payload: typeof body === "string" ? body : JSON.stringify(body),
        headers: {
          "content-type": "application/json",
          ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }),
          ...headers,
        },
      }),
    get: (url, headers = {}) => app.inject({ method: "GET", url, headers }),
    rows: async (sql, values = []) =>
      database.owner(async (client) => (await client.query(sql, [...values])).rows as Record<string, unknown>[]),
    close: async () => {
      await app.close();
      await ctx.queue.stop();
      await database.close();
    },
  };
}
