import { createClient, type Credentials, OmlaError, type ReportInput } from "@omla/sdk";
import type { KeyPair } from "@omla/sdk/protocol";
import { createTestRegistry, type TestRegistry } from "@omla/sdk/testing";
import { onTestFinished } from "vitest";
import { createTestApp, REGISTRY, type TestApp } from "../../../server-reference/test/helpers/app.ts";
import { tellListed } from "../../../server-reference/src/domain/compliance/service.ts";
import { auditsOverdue } from "../../../server-reference/src/jobs/audits-overdue.ts";
import { completeKeyRotations } from "../../../server-reference/src/jobs/complete-key-rotations.ts";
import { lapseComplaints } from "../../../server-reference/src/jobs/lapse-complaints.ts";
import { START } from "../../../server-reference/test/helpers/clock.ts";

export type Client = ReturnType<typeof createClient>;
export type Ask = (client: Client, at: 0 | 1) => Promise<unknown>;
type Pair = readonly [Client, Client];

/** What a call gave: its answer without what each registry makes up itself, or the refusal's code and path. */
export type Outcome = { readonly answer: unknown } | { readonly code: string; readonly path: string | undefined };

/** The testing kit and the reference registry, side by side, on clocks that are moved together. */
export interface BothRegistries {
  readonly kit: TestRegistry;
  readonly server: TestApp;
  now(): Date;
  /** Moves both by whole weeks; after each both tick and publish. */
  passWeeks(weeks: number): Promise<void>;
  /** A company of the same name in both. */
  addCompany(name: string): Promise<BothCompanies>;
  /** The same call to both; `at` says to which. */
  ask(call: Ask): Promise<readonly [Outcome, Outcome]>;
  /** The same, with a session of a key. */
  askAs(keys: KeyPair, call: Ask): Promise<readonly [Outcome, Outcome]>;
  /** A complaint is dismissed, in both. */
  dismiss(receipts: readonly string[]): Promise<void>;
}

export interface BothCompanies {
  readonly name: string;
  readonly ids: readonly [string, string];
  ask(call: Ask): Promise<readonly [Outcome, Outcome]>;
  report(input: ReportInput): Promise<readonly [Outcome, Outcome]>;
  /** The money of a model's line arrives, in both. */
  fund(quarter: string, modelId: string): Promise<void>;
  states(): Promise<readonly [string, string]>;
}

const WEEK_MS = 7 * 86_400_000;

export async function createBothRegistries(): Promise<BothRegistries> {
  const server = await createTestApp();
  onTestFinished(() => server.close());
  const kit = await createTestRegistry({ url: REGISTRY, now: START });
  const now = (): Date => kit.clock.now();
  const fetches = [kit.fetch, (request: Request) => inject(server, request)] as const;
  const clientOf = (at: 0 | 1, credentials: Credentials = {}): Client =>
    createClient({ url: REGISTRY, ...credentials, fetch: fetches[at], now, retries: 0 });
  const clients = (keys?: readonly [string, string]): Pair => [clientOf(0, { apiKey: keys?.[0] }), clientOf(1, { apiKey: keys?.[1] })];
  const askWith = async (pair: Pair, call: Ask): Promise<readonly [Outcome, Outcome]> => [
    await outcomeOf(call(pair[0], 0)),
    await outcomeOf(call(pair[1], 1)),
  ];
  return {
    kit,
    server,
    now,
    ask: (call) => askWith(clients(), call),
    askAs: async (keys, call) => {
      const [ours, theirs] = [await clientOf(0).signIn(keys), await clientOf(1).signIn(keys)];
      return askWith([clientOf(0, { accessToken: ours.access_token }), clientOf(1, { accessToken: theirs.access_token })], call);
    },
    dismiss: async ([ours = "", theirs = ""]) => {
      kit.dismissComplaint(ours);
      await server.database.owner(async (client) => {
        await client.query("select set_config('omla.now', $1, false)", [server.clock.now().toISOString()]);
        await client.query("update omla.complaints set status = 'dismissed', closed_at = omla.now_seconds() where receipt = $1", [theirs]);
      });
    },
    passWeeks: async (weeks) => {
      for (let week = 0; week < weeks; week += 1) {
        // Whom an action listed is told within minutes, by a job of its own.
        await tellListed(server.ctx);
        const at = new Date(now().getTime() + WEEK_MS);
        kit.clock.set(at);
        server.clock.set(at);
        await completeKeyRotations(server.ctx);
        await lapseComplaints(server.ctx);
        await auditsOverdue(server.ctx);
        await operate(server, "compliance-tick");
        await operate(server, "publish-blacklist");
        await kit.stateOf("commercial_user", "none").catch(() => undefined);
      }
    },
    addCompany: async (name) => {
      const input = { company_name: name, contact_email: "office@example.com", domains: [] };
      const theirs = await clients()[1].companies.register(input);
      const ours = kit.addCompany(input);
      const ids = [ours.company_id, theirs.company_id] as const;
      const pair = clients([ours.api_key, theirs.api_key]);
      return {
        name,
        ids,
        ask: (call) => askWith(pair, call),
        report: (input) => askWith(pair, (client) => client.report(input)),
        fund: (quarter, modelId) => fund(kit, server, pair[0], ids, quarter, modelId),
        states: async () => [await kit.stateOf("commercial_user", ids[0]), await serverState(server, ids[1])],
      };
    },
  };
}

async function inject(server: TestApp, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const payload = request.method === "GET" ? undefined : await request.text();
  const answer = await server.app.inject({
    method: request.method as "GET",
    url: pathname + search,
    headers: Object.fromEntries(request.headers),
    ...(payload === undefined ? {} : { payload }),
  });
  return new Response(answer.body === "" ? null : answer.body, {
    status: answer.statusCode,
    headers: answer.headers as Record<string, string>,
  });
}

async function operate(server: TestApp, action: string): Promise<void> {
  const answer = await server.post(`/functions/v1/${action}`, {}, server.operator);
  if (answer.statusCode >= 300) throw new Error(`${action} answered ${answer.statusCode}: ${answer.body}`);
}

async function outcomeOf(call: Promise<unknown>): Promise<Outcome> {
  try {
    return { answer: withoutOwnNames(await call) };
  } catch (error) {
    if (!(error instanceof OmlaError)) throw error;
    return { code: error.code, path: error.path };
  }
}

/** Ids that each registry makes up, and functions, say nothing; everything else must agree to the last digit. */
function withoutOwnNames(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (name, member: unknown) =>
      /^(submission_id|report_id|company_id|claim_id|wallet_id|dispute_id|audit_id|evidence_id|receipt|kid|last4|api_key)$/.test(name) &&
      member !== null
        ? "made up"
        : member,
    ),
  ) as unknown;
}

async function fund(
  kit: TestRegistry,
  server: TestApp,
  client: Client,
  ids: readonly [string, string],
  quarter: string,
  modelId: string,
): Promise<void> {
  const line = (await client.reports.get(quarter))?.lines.find(({ model_id }) => model_id === modelId);
  if (line === undefined || line.status !== "submitted") return;
  kit.setLineStatus(line.report_id, "funded");
  await server.rows(
    "update omla.usage_reports set status = 'funded', funded_at = omla.now_seconds() where reporter_id = $1 and quarter = $2 and model_id = $3 and status = 'submitted'",
    [ids[1], quarter, modelId],
  );
  for (const subject of [ids[1], modelId])
    await server.rows("select omla.tick_compliance(array[$1::uuid], $2::timestamptz, 'system')", [subject, server.clock.now()]);
}

async function serverState(server: TestApp, id: string): Promise<string> {
  const [row] = await server.rows("select state from omla.compliance_state where id = $1", [id]);
  return String(row?.["state"]);
}
