import { ApiError } from "../../api-error.ts";
import type { AppContext } from "../../context.ts";
import { actAs } from "../../db/act-as.ts";
import type { Tx } from "../../db/database.ts";
import type { BoardPrincipal } from "../../principal.ts";
import { tellHoster } from "../notices/service.ts";
import { type ClaimFilter, type ClaimRow, findClaim, listClaims, reviewClaim } from "./board-repository.ts";

export function browseClaims(ctx: AppContext, filter: ClaimFilter): Promise<ClaimRow[]> {
  return ctx.db.service((tx) => listClaims(tx, filter));
}

/**
 * The board's word on a claim: verified, or revoked for good.
 *
 * @throws {ApiError} HOSTER_CLAIM_NOT_FOUND, a revoked claim included
 * @see docs/spec/4-splits.md
 */
export async function judgeClaim(
  ctx: AppContext,
  tx: Tx,
  { memberId }: BoardPrincipal,
  { id, verified, note }: { readonly id: string; readonly verified: boolean; readonly note: string },
): Promise<ClaimRow> {
  await actAs(tx, "reviewer", () => reviewClaim(tx, id, verified, memberId, note));
  const claim = await findClaim(tx, id);
  if (claim === undefined) throw new ApiError(404, "HOSTER_CLAIM_NOT_FOUND", `There is no claim ${id}.`, { path: "id" });
  await tellHoster(ctx, tx, id, verified);
  return claim;
}
