import { formatTimestamp } from "@omla/sdk/protocol";
import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { boardOf } from "../../principal.ts";
import { NOTE, PAGE } from "../board/schema.ts";
import { addTaxFormKind, recordTaxForm, setTaxThreshold, taxFormsOf, withdrawTaxForm } from "../tax/form-service.ts";
import { heldForTax } from "../tax/held-service.ts";
import { heldList, taxFormInput, taxFormKindInput, taxThresholdInput } from "../tax/schema.ts";
import { taxCsv, taxTotals } from "../tax/totals-service.ts";
import { doc, PAYOUT_ACT_FRESH, READ } from "./route-options.ts";

const noun = "tax";
const walletQuery = z.strictObject({ wallet: z.string().min(37).max(63).toLowerCase() });
const yearQuery = z.strictObject({ year: z.coerce.number().int().min(1970).max(9999) });
const params = z.strictObject({ id: z.uuid() });
const noteInput = z.strictObject({ note: NOTE });
const recorded = z.object({ id: z.uuid(), filed_at: z.string(), is_new: z.boolean() }).meta({ id: "RecordedTaxForm" });
const forms = z
  .object({
    forms: z.array(
      z.object({
        id: z.uuid(),
        wallet: z.string(),
        kind: z.string(),
        jurisdiction: z.string(),
        file_sha256: z.string(),
        filed_at: z.string(),
        expires_at: z.string().nullable(),
        status: z.enum(["on_file", "superseded", "withdrawn"]),
        closed_at: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "TaxForms" });
const done = z.object({ done: z.literal(true) });
const time = (at: Date | null): string | null => (at === null ? null : formatTimestamp(at));

/** Tax forms and what they are asked for at. */
export function adminTaxRoutes(app: App, ctx: AppContext): void {
  readRoutes(app, ctx);
  app.post(
    "/admin/v1/tax/forms",
    {
      config: PAYOUT_ACT_FRESH,
      schema: { ...doc(noun, "Put a wallet's form on file"), body: taxFormInput, response: { 200: recorded, 201: recorded } },
    },
    async (request, reply) =>
      writeOnce(ctx, request, reply, async (tx) => {
        const { filed_at, ...form } = await recordTaxForm(tx, request.body, boardOf(request.principal).memberId);
        return { status: form.is_new ? 201 : 200, body: { ...form, filed_at: formatTimestamp(filed_at) } };
      }),
  );
  app.post(
    "/admin/v1/tax/forms/:id/withdraw",
    { config: PAYOUT_ACT_FRESH, schema: { ...doc(noun, "Take a form off the file"), params, body: noteInput, response: { 200: done } } },
    async (request, reply) =>
      writeOnce(ctx, request, reply, async (tx) => {
        await withdrawTaxForm(tx, request.params.id, boardOf(request.principal).memberId, request.body.note);
        return { status: 200, body: { done: true as const } };
      }),
  );
  app.post(
    "/admin/v1/tax/thresholds",
    {
      config: PAYOUT_ACT_FRESH,
      schema: { ...doc(noun, "Set a threshold from a year on"), body: taxThresholdInput, response: { 200: done } },
    },
    async (request, reply) =>
      writeOnce(ctx, request, reply, async (tx) => {
        await setTaxThreshold(tx, request.body, boardOf(request.principal).memberId);
        return { status: 200, body: { done: true as const } };
      }),
  );
  app.post(
    "/admin/v1/tax/form-kinds",
    {
      config: PAYOUT_ACT_FRESH,
      schema: { ...doc(noun, "Accept a further kind of form"), body: taxFormKindInput, response: { 201: done } },
    },
    async (request, reply) =>
      writeOnce(ctx, request, reply, async (tx) => {
        await addTaxFormKind(tx, request.body, boardOf(request.principal).memberId);
        return { status: 201, body: { done: true as const } };
      }),
  );
}

function readRoutes(app: App, ctx: AppContext): void {
  app.get(
    "/admin/v1/tax/forms",
    { config: READ, schema: { ...doc(noun, "The forms of a wallet"), querystring: walletQuery, response: { 200: forms } } },
    async (request) => ({
      forms: (await ctx.db.service((tx) => taxFormsOf(tx, request.query.wallet))).map(({ filed_at, expires_at, closed_at, ...form }) => ({
        ...form,
        filed_at: formatTimestamp(filed_at),
        expires_at: time(expires_at),
        closed_at: time(closed_at),
      })),
    }),
  );
  app.get(
    "/admin/v1/tax/held",
    {
      config: { ...READ, role: "payout" },
      schema: {
        ...doc(noun, "What is held from wallets until a form is on file, and whether the next payout lets it go"),
        querystring: z.strictObject(PAGE),
        response: { 200: heldList },
      },
    },
    async ({ query: { limit, offset } }) => {
      const held = await ctx.db.service((tx) => heldForTax(tx, ctx.clock.now()));
      return { wallet_count: held.length, held: held.slice(offset, offset + limit) };
    },
  );
  app.get(
    "/admin/v1/tax/totals",
    {
      config: { ...READ, role: "payout" },
      schema: { ...doc(noun, "What each wallet was paid in a year, as CSV"), querystring: yearQuery },
    },
    async (request, reply) => {
      const { year } = request.query;
      const totals = await ctx.db.service((tx) => taxTotals(tx, year, ctx.clock.now()));
      return reply.type("text/csv; charset=utf-8").send([...taxCsv(year, totals)].join(""));
    },
  );
}
