import { ApiError } from "../../api-error.ts";
import type { AppContext } from "../../context.ts";
import type { Principal } from "../../principal.ts";
import { findAccruals, type HosterAccrual } from "./repository.ts";

/** What the key of a session hosts, reported and earned. @throws {ApiError} SESSION_WITHOUT_KEY */
export async function accrualsOf(ctx: AppContext, principal: Principal): Promise<HosterAccrual[]> {
  const pubkey = principal.kind === "session" ? principal.claims.pubkey : undefined;
  if (pubkey === undefined) {
    throw new ApiError(403, "SESSION_WITHOUT_KEY", "This session proves no key.", { hint: "Sign in with the hoster's key." });
  }
  return ctx.db.service((tx) => findAccruals(tx, pubkey));
}
