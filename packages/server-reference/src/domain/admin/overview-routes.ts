import { formatTimestamp } from "@omla/sdk/protocol";
import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { listActions } from "../approvals/service.ts";
import { browseMembers, countQueues } from "../board/overview-service.ts";
import { doc, READ } from "./route-options.ts";

const noun = "overview";
const COUNT = z.int();
const queues = z
  .object({
    complaints: COUNT.describe("Open complaints, appeals included"),
    appeals: COUNT,
    holders_to_tell: COUNT.describe("Complaints whose holder was not told"),
    disputes: COUNT,
    audits: COUNT,
    hoster_claims: COUNT.describe("Claims that nobody verified"),
    payments: COUNT.describe("Payments that were asked for and did not arrive"),
    approvals: COUNT.describe("Proposals that wait for a second member"),
    delinquent: COUNT.describe("Models and companies that are DELINQUENT"),
    listed_to_tell: COUNT.describe("Listed ones that were not told: their notice has not begun"),
    locations: COUNT.describe("Locations that nobody confirmed"),
    as_of: z.string(),
  })
  .meta({ id: "BoardQueues" });
const members = z
  .object({
    members: z.array(
      z.object({
        id: z.uuid(),
        email: z.string(),
        role: z.enum(["reviewer", "payout"]),
        is_active: z.boolean(),
        signed_in_at: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "BoardMembers" });
const actions = z
  .object({ actions: z.array(z.object({ action: z.string(), role: z.enum(["reviewer", "payout"]), about: z.string() })) })
  .meta({ id: "BoardActions" });

/** What waits, who is on the board, and what needs two of them. */
export function adminOverviewRoutes(app: App, ctx: AppContext): void {
  app.get(
    "/admin/v1/queues",
    { config: READ, schema: { ...doc(noun, "How much waits, queue by queue"), response: { 200: queues } } },
    async () => ({ ...(await countQueues(ctx)), as_of: formatTimestamp(ctx.clock.now()) }),
  );
  app.get(
    "/admin/v1/members",
    { config: READ, schema: { ...doc(noun, "The members of the board"), response: { 200: members } } },
    async () => ({ members: await browseMembers(ctx) }),
  );
  app.get(
    "/admin/v1/actions",
    { config: READ, schema: { ...doc(noun, "What needs two members"), response: { 200: actions } } },
    async () => ({ actions: listActions() }),
  );
}
