import type { AppContext } from "../../context.ts";
import type { RailName } from "../../rails/rail.ts";
import type { RailEvent } from "../../rails/rail-event.ts";
import { asApiError, railError } from "./errors.ts";

/**
 * Reads what a rail sent, if it is to be believed.
 *
 * @throws {ApiError} RAIL_OFF | WEBHOOK_SIGNATURE | WEBHOOK_TIME | WEBHOOK_MODE
 */
export async function readEvent(
  ctx: AppContext,
  name: RailName,
  body: Uint8Array | undefined,
  signature: string | string[] | undefined,
): Promise<RailEvent> {
  const rail = ctx.rails.get(name);
  if (rail?.off !== undefined || rail?.events === undefined) throw railError("RAIL_OFF", `The rail ${name} hears nothing here.`);
  if (body === undefined || typeof signature !== "string") throw railError("WEBHOOK_SIGNATURE", "The event is not signed.");
  try {
    return await rail.events.read(body, signature, ctx.clock.now());
  } catch (error) {
    throw asApiError(error);
  }
}
