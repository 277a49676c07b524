import { formatTimestamp, parseTimestamp } from "@omla/sdk/protocol";
import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { boardOf } from "../../principal.ts";
import { NOTE } from "../board/schema.ts";
import { acknowledgeDrift, openDriftFlags, postRate } from "../currencies/rate-service.ts";
import { currencyInput } from "../currencies/registry-schema.ts";
import { addCurrency, setCurrencyActive } from "../currencies/registry-service.ts";
import { doc, PAYOUT_ACT_FRESH, READ } from "./route-options.ts";

const noun = "currencies";
const CODE = z.string().min(1).max(16);
const rateInput = z
  .strictObject({
    code: CODE,
    rate: z.string().max(40).describe("Units of the currency for one US dollar, as a decimal string"),
    source: z.string().trim().min(1).max(200),
    rate_at: z.string().max(32).optional().describe("When the source said so; now where it is left out"),
  })
  .meta({ id: "FxRateInput" });
const posted = z
  .object({ id: z.uuid(), posted_at: z.string(), drift_flag: z.uuid().nullable(), is_new: z.boolean() })
  .meta({ id: "PostedFxRate" });
const flags = z
  .object({
    flags: z.array(
      z.object({
        id: z.uuid(),
        code: z.string(),
        kind: z.enum(["rate", "settlement"]),
        subject: z.string(),
        expected_rate: z.string(),
        found_rate: z.string(),
        flagged_at: z.string(),
      }),
    ),
  })
  .meta({ id: "FxDriftFlags" });
const done = z.object({ done: z.literal(true) });
const changed = z.object({ code: z.string(), is_active: z.boolean(), changed: z.boolean() });

/** Currencies, their rates, and rates that moved too far. */
export function adminCurrencyRoutes(app: App, ctx: AppContext): void {
  app.post(
    "/admin/v1/fx-rates",
    {
      config: PAYOUT_ACT_FRESH,
      schema: { ...doc(noun, "Post what a dollar is worth"), body: rateInput, response: { 200: posted, 201: posted } },
    },
    async (request, reply) => {
      const { rate_at, ...rate } = request.body;
      const rateAt = rate_at === undefined ? undefined : parseTimestamp(rate_at);
      return writeOnce(ctx, request, reply, async (tx) => {
        const { posted_at, ...row } = await postRate(tx, { ...rate, rateAt }, boardOf(request.principal).memberId);
        return { status: row.is_new ? 201 : 200, body: { ...row, posted_at: formatTimestamp(posted_at) } };
      });
    },
  );
  app.get(
    "/admin/v1/fx-drift",
    { config: READ, schema: { ...doc(noun, "Rates that moved by more than 2 percent"), response: { 200: flags } } },
    async () => ({
      flags: (await ctx.db.service(openDriftFlags)).map(({ flagged_at, ...flag }) => ({
        ...flag,
        flagged_at: formatTimestamp(flagged_at),
      })),
    }),
  );
  app.post(
    "/admin/v1/fx-drift/:id/acknowledge",
    {
      config: PAYOUT_ACT_FRESH,
      schema: {
        ...doc(noun, "Say that somebody looked at it"),
        params: z.strictObject({ id: z.uuid() }),
        body: z.strictObject({ note: NOTE }),
        response: { 200: done },
      },
    },
    async (request, reply) =>
      writeOnce(ctx, request, reply, async (tx) => {
        await acknowledgeDrift(tx, request.params.id, boardOf(request.principal).memberId, request.body.note);
        return { status: 200, body: { done: true as const } };
      }),
  );
  registryRoutes(app, ctx);
}

function registryRoutes(app: App, ctx: AppContext): void {
  app.post(
    "/admin/v1/currencies",
    { config: PAYOUT_ACT_FRESH, schema: { ...doc(noun, "Add a currency"), body: currencyInput, response: { 201: done } } },
    async (request, reply) =>
      writeOnce(ctx, request, reply, async (tx) => {
        await addCurrency(tx, request.body, boardOf(request.principal).memberId);
        return { status: 201, body: { done: true as const } };
      }),
  );
  app.post(
    "/admin/v1/currencies/:code",
    {
      config: PAYOUT_ACT_FRESH,
      schema: {
        ...doc(noun, "Switch a currency on or off"),
        params: z.strictObject({ code: CODE }),
        body: z.strictObject({ is_active: z.boolean() }),
        response: { 200: changed },
      },
    },
    async (request, reply) => {
      const [{ code }, { is_active }] = [request.params, request.body];
      return writeOnce(ctx, request, reply, async (tx) => ({
        status: 200,
        body: { code, is_active, changed: await setCurrencyActive(tx, code, is_active, boardOf(request.principal).memberId) },
      }));
    },
  );
}
