import { formatTimestamp } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { BoardRole } from "../../principal.ts";
import { findQueueCounts, type QueueCounts } from "./overview-repository.ts";
import { listBoardMembers } from "./repository.ts";

export function countQueues(ctx: AppContext): Promise<QueueCounts> {
  return ctx.db.service(findQueueCounts);
}

export interface MemberRow {
  readonly id: string;
  readonly email: string;
  readonly role: BoardRole;
  readonly is_active: boolean;
  readonly signed_in_at: string | null;
}

export async function browseMembers(ctx: AppContext): Promise<MemberRow[]> {
  return (await ctx.db.service(listBoardMembers)).map(({ id, email, role, is_active, signed_in_at }) => ({
    id,
    email,
    role,
    is_active,
    signed_in_at: signed_in_at === null ? null : formatTimestamp(signed_in_at),
  }));
}
