import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { boardOf } from "../../principal.ts";
import { NOTE, PAGE } from "../board/schema.ts";
import { browseLocations, lookAtCard, recordLocation } from "../locations/service.ts";
import { ACT, doc, READ } from "./route-options.ts";

const noun = "locations";
const querystring = z.strictObject({ model_id: z.uuid().optional(), verified: z.enum(["true", "false", "all"]).default("false"), ...PAGE });
const PLACE = { model_id: z.uuid(), url: z.url().max(500) } as const;
const checkInput = z.strictObject(PLACE).meta({ id: "LocationCheck" });
const confirmInput = z
  .strictObject({ ...PLACE, confirmed: z.boolean().describe("false takes a confirmation back"), note: NOTE })
  .meta({ id: "LocationConfirmation" });
const location = z
  .object({
    model_id: z.uuid(),
    model_name: z.string(),
    address: z.string(),
    url: z.string(),
    since: z.string(),
    verified_at: z.string().nullable(),
  })
  .meta({ id: "Location" });

/** Where models say that they stand, and whether somebody saw their OMLA-ID line there. */
export function adminLocationRoutes(app: App, ctx: AppContext): void {
  app.get(
    "/admin/v1/locations",
    {
      config: READ,
      schema: { ...doc(noun, "Locations, the oldest first"), querystring, response: { 200: z.object({ locations: z.array(location) }) } },
    },
    async (request) => ({ locations: await browseLocations(ctx, request.query) }),
  );
  app.post(
    "/admin/v1/locations/check",
    {
      config: ACT,
      schema: { ...doc(noun, "Fetch the card and look for its OMLA-ID line"), body: checkInput, response: { 200: location } },
    },
    async (request, reply) => {
      const member = boardOf(request.principal);
      const isThere = await lookAtCard(ctx, request.body);
      return writeOnce(ctx, request, reply, async (tx) => ({
        status: 200,
        body: await recordLocation(tx, member, { ...request.body, isThere, how: "card" }),
      }));
    },
  );
  app.post(
    "/admin/v1/locations/confirm",
    {
      config: ACT,
      schema: { ...doc(noun, "Confirm a location by hand, or take that back"), body: confirmInput, response: { 200: location } },
    },
    async (request, reply) => {
      const { confirmed: isThere, note: how, ...place } = request.body;
      return writeOnce(ctx, request, reply, async (tx) => ({
        status: 200,
        body: await recordLocation(tx, boardOf(request.principal), { ...place, isThere, how }),
      }));
    },
  );
}
