import { assertAddress } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { BadgeState } from "./badge-view.ts";
import { findBadgeState } from "./repository.ts";

/** What the badge of an address shows; in either case of letters. @throws {OmlaError} ADDRESS_INVALID */
export async function badgeStateOf(ctx: AppContext, address: string): Promise<BadgeState> {
  const canonical = assertAddress(address, "address");
  return ctx.db.service((tx) => findBadgeState(tx, canonical));
}
