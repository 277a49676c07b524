import type { AppContext } from "../../context.ts";
import { actAs } from "../../db/act-as.ts";
import type { Tx } from "../../db/database.ts";
import type { BoardPrincipal } from "../../principal.ts";
import { locationError } from "./errors.ts";
import { type FetchPorts, guardedFetch } from "./guarded-fetch.ts";
import { cardNames, cardUrl } from "./model-card.ts";
import { findLocation, judgeLocation, listLocations, type LocationFilter, type LocationRow } from "./repository.ts";

export function browseLocations(ctx: AppContext, filter: LocationFilter): Promise<LocationRow[]> {
  return ctx.db.service((tx) => listLocations(tx, filter));
}

interface Place {
  readonly model_id: string;
  readonly url: string;
}

/**
 * Looks for the line `OMLA-ID: <address>` in the card of a location, outside of any transaction.
 *
 * @returns whether it is there
 * @throws {ApiError} LOCATION_NOT_FOUND | LOCATION_REFUSED | LOCATION_UNREACHABLE
 */
export async function lookAtCard(ctx: AppContext, { model_id, url }: Place, ports?: FetchPorts): Promise<boolean> {
  const { address } = await ctx.db.service((tx) => found(tx, model_id, url));
  return cardNames(await guardedFetch(cardUrl(url), ports), address);
}

/** Books what was seen at a location, by the machine or by a member. @throws {ApiError} LOCATION_NOT_FOUND */
export async function recordLocation(
  tx: Tx,
  { memberId }: BoardPrincipal,
  { model_id: modelId, url, isThere, how }: Place & { readonly isThere: boolean; readonly how: string },
): Promise<LocationRow> {
  await actAs(tx, "reviewer", () => judgeLocation(tx, { modelId, url, isThere, actor: memberId, how }));
  return found(tx, modelId, url);
}

async function found(tx: Tx, modelId: string, url: string): Promise<LocationRow> {
  const location = await findLocation(tx, modelId, url);
  if (location === undefined) throw locationError("LOCATION_NOT_FOUND", "This model names no such location.", "url");
  return location;
}
