import { assertAddress } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Badge } from "./badge-view.ts";
import { findBadge } from "./repository.ts";

/** What the badge of an address shows; in either case of letters. @throws {OmlaError} ADDRESS_INVALID */
export async function badgeOf(ctx: AppContext, address: string): Promise<Badge> {
  const canonical = assertAddress(address, "address");
  return ctx.db.service((tx) => findBadge(tx, canonical));
}
