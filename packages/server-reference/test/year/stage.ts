import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type Client } from "@omla/sdk";
import { toBase64 } from "@omla/sdk/protocol";
import { createVerifier, type Verifier, type VerifierEvent } from "@omla/verifier";
import { buildApp } from "../../src/app.ts";
import { associationKey } from "../../src/association-keys.ts";
import { run } from "../../src/cli/run.ts";
import { loadConfig } from "../../src/config.ts";
import { closeContext, createContext } from "../../src/create-context.ts";
import { operatorToken } from "../../src/credentials/operator-token.ts";
import { totpCode, totpStep } from "../../src/credentials/totp.ts";
import { sendNotice } from "../../src/domain/notices/sender.ts";
import type { Notice } from "../../src/domain/notices/service.ts";
import { createLog } from "../../src/log.ts";
import { OWN_PAGE, secretOf } from "../helpers/board.ts";
import { createTestDatabase } from "../helpers/database.ts";
import { createSmtpSink, type SmtpSink } from "../helpers/smtp-sink.ts";

const JWT_SECRET = "a-secret-of-the-year-with-more-than-32-characters";
const LIST_SEED = new Uint8Array(32).fill(41);
const HEARTBEAT_SEED = new Uint8Array(32).fill(42);

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A member of the board: what it sends is sent with a fresh session. */
export interface Member {
  post(path: string, body: object): Promise<Answer>;
  get(path: string): Promise<Answer>;
}

/** A registry on PostgreSQL that is moved by three hands only: HTTP, the commands, and the clock. */
export interface Year {
  readonly url: string;
  readonly mail: SmtpSink;
  readonly verifier: Verifier;
  readonly events: VerifierEvent[];
  readonly folder: string;
  now(): Date;
  at(time: string): Promise<void>;
  post(path: string, body: object, headers?: Record<string, string>): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** `omla-server`, with the environment of the registry. @returns what it wrote; throws where it fails */
  command(...args: string[]): Promise<string>;
  client(apiKey?: string, accessToken?: string): Client;
  /** Adds a member by the command, and signs it in for each act: sessions are shorter than the days between. */
  member(email: string, role: "reviewer" | "payout"): Promise<Member>;
  readonly operator: Record<string, string>;
  close(): Promise<void>;
}

export async function startYear(start: string): Promise<Year> {
  const folder = await mkdtemp(join(tmpdir(), "omla-year-"));
  const database = await createTestDatabase();
  const mail = await createSmtpSink();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const files = { clock: join(folder, "clock"), list: join(folder, "list.key"), heartbeat: join(folder, "heartbeat.key") };
  const environment = {
    DATABASE_URL: database.appUrl ?? "",
    PORT: String(port),
    OMLA_PUBLIC_URL: url,
    OMLA_JWT_SECRET: JWT_SECRET,
    OMLA_CLOCK_FILE: files.clock,
    OMLA_SIGNING_KEY_FILE: files.list,
    OMLA_HEARTBEAT_KEY_FILE: files.heartbeat,
    OMLA_LIMIT_RATES: "off",
    OMLA_MANUAL_RAILS: "wise",
    SMTP_URL: mail.url,
  };
  let now = new Date(start);
  const at = async (time: string): Promise<void> => {
    now = new Date(time);
    // Whoever looks meanwhile sees the old time or the new one.
    await writeFile(`${files.clock}.next`, time);
    await rename(`${files.clock}.next`, files.clock);
  };
  await at(start);
  await writeFile(files.list, toBase64(LIST_SEED));
  await writeFile(files.heartbeat, toBase64(HEARTBEAT_SEED));
  const config = loadConfig(environment);
  const ctx = await createContext(config, { log: createLog("error", { now: () => now }, (line) => process.stderr.write(line)) });
  const app = await buildApp(ctx);
  await app.listen({ host: "127.0.0.1", port });
  // Letters go out as they do in a running registry; the schedule is what the test plays by its commands.
  await ctx.queue.work("notice", (data) => sendNotice(ctx, data as Notice));
  const events: VerifierEvent[] = [];
  const verifier = createVerifier({
    url: `${url}/api/blacklist.json`,
    keys: [(await associationKey(toBase64(LIST_SEED))).publicKey],
    refreshMs: 0,
    clock: () => now,
    onEvent: (event) => events.push(event),
  });
  const request = async (path: string, init: RequestInit): Promise<Answer> => {
    const answer = await fetch(url + path, init);
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) };
  };
  const post: Year["post"] = (path, body, headers = {}) =>
    request(path, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) });
  const command: Year["command"] = async (...args) => {
    const [out, faults]: [string[], string[]] = [[], []];
    const code = await run(args, { environment, out: (line) => out.push(line), error: (line) => faults.push(line) });
    if (code !== 0) throw new Error(`omla-server ${args.join(" ")} ended with ${code}: ${[...faults, ...out].join("\n")}`);
    return out.join("\n");
  };
  const member: Year["member"] = async (email, role) => {
    const text = await command("board", "add", email, "--role", role);
    const secret = secretOf(/otpauth:\S+/.exec(text)?.[0] ?? "");
    let [token, at] = ["", 0];
    const signedIn = async (): Promise<Record<string, string>> => {
      if (at !== now.getTime()) {
        const answer = await post(
          "/admin/v1/sign-in",
          { email, code: totpCode(secret, totpStep(now)), bearer: true },
          { ...OWN_PAGE, origin: url },
        );
        if (answer.status !== 200) throw new Error(`${email} was not let in: ${JSON.stringify(answer.body)}`);
        [token, at] = [String(answer.body["access_token"]), now.getTime()];
      }
      return { authorization: `Bearer ${token}` };
    };
    return {
      post: async (path, body) => post(path, body, await signedIn()),
      get: async (path) => request(path, { headers: await signedIn() }),
    };
  };
  return {
    url,
    mail,
    verifier,
    events,
    folder,
    now: () => now,
    at,
    post,
    get: (path, headers = {}) => request(path, { headers }),
    command,
    member,
    client: (apiKey, accessToken) => createClient({ url, apiKey, accessToken, now: () => now }),
    operator: { authorization: `Bearer ${operatorToken(JWT_SECRET, new Date("2100-01-01"))}` },
    close: async () => {
      verifier.close();
      await app.close();
      await closeContext(ctx);
      await mail.down();
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
