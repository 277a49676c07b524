import { canonicalize, formatTimestamp, type JsonValue, sha256Hex, utf8Encode } from "@omla/sdk/protocol";
import type * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import type { BoardPrincipal, BoardRole } from "../../principal.ts";
import { boardError } from "../board/errors.ts";
import { type ActionName, ACTIONS, isActionName } from "./actions.ts";
import type { AnyBoardAction } from "./board-action.ts";
import { approvalError } from "./errors.ts";
import { type Approval, closeApproval, findApproval, findProposerRole, insertApproval, listApprovals, markExecuted } from "./repository.ts";
import type { approvalAnswer } from "./schema.ts";

type Member = Pick<BoardPrincipal, "memberId" | "role">;
type ApprovalAnswer = z.output<typeof approvalAnswer>;

/**
 * Proposes an act for a second member to approve, within seven days.
 *
 * Only routes and commands propose: a service that did would close a circle with the table of actions.
 * @throws {ApiError} APPROVAL_OPEN | ROLE_NEEDED | BOARD_MEMBER_INACTIVE, and what the action says of its subject
 */
export async function propose(
  ctx: AppContext,
  tx: Tx,
  member: Member,
  proposal: { readonly action: ActionName; readonly subject: string; readonly content: unknown },
): Promise<ApprovalAnswer> {
  const { action, subject } = proposal;
  assertRole(ACTIONS[action], member);
  const content = ACTIONS[action].readContent(proposal.content);
  const sha256 = await digestOf(ctx, tx, { action, subject, content });
  return show(await found(tx, await insertApproval(tx, { action, subject, content, sha256, member: member.memberId })));
}

/**
 * Approves and carries out a proposal of another member, once, as it was proposed and while its grounds still hold.
 *
 * @param seen - the `content_sha256` that the member decided on
 * @returns what the act answers
 * @throws {ApiError} APPROVAL_NOT_FOUND | APPROVAL_UNSEEN | APPROVAL_SELF | APPROVAL_ENDED | APPROVAL_EXPIRED | APPROVAL_STALE |
 * BOARD_MEMBER_INACTIVE | ROLE_NEEDED
 */
export async function approve(
  ctx: AppContext,
  tx: Tx,
  member: Member,
  id: string,
  seen: string,
): Promise<{ approval: ApprovalAnswer; result: object }> {
  const { subject, content, content_sha256, proposed_by, ...stored } = await found(tx, id);
  const action = known(stored.action);
  assertRole(ACTIONS[action], member);
  if (seen !== content_sha256) throw approvalError("APPROVAL_UNSEEN", "This is not the content that was proposed.", "content_sha256");
  // The end is marked first: two approvals at one moment wait for each other here, and the second finds it ended.
  await markExecuted(tx, id, await digestOf(ctx, tx, { action, subject, content }), member.memberId);
  const execution = { approvalId: id, subject, content, proposedBy: proposed_by, approvedBy: member.memberId };
  // Both are what the act needs on the day it happens: who lost the role since then proposes nothing any more.
  if (ACTIONS[action].role === "payout" && (await findProposerRole(tx, id)) !== "payout")
    throw boardError("ROLE_NEEDED", "Who proposed this no longer has the role payout.");
  const result = await ACTIONS[action].execute(ctx, tx, execution);
  return { approval: show(await found(tx, id)), result };
}

/** Withdraws an open proposal; any member may. @throws {ApiError} APPROVAL_NOT_FOUND | APPROVAL_ENDED */
export async function withdraw(tx: Tx, member: Member, id: string): Promise<ApprovalAnswer> {
  await closeApproval(tx, id, member.memberId);
  return show(await found(tx, id));
}

export async function listProposals(
  ctx: AppContext,
  filter: { readonly open: boolean; readonly limit: number; readonly offset: number },
): Promise<ApprovalAnswer[]> {
  return (await ctx.db.service((tx) => listApprovals(tx, filter))).map(show);
}

export async function showProposal(ctx: AppContext, id: string): Promise<ApprovalAnswer> {
  return show(await ctx.db.service((tx) => found(tx, id)));
}

async function found(tx: Tx, id: string): Promise<Approval> {
  const approval = await findApproval(tx, id);
  if (approval === undefined) throw approvalError("APPROVAL_NOT_FOUND", `There is no proposal ${id}.`, "id");
  return approval;
}

function known(action: string): ActionName {
  if (isActionName(action)) return action;
  throw approvalError("ACTION_UNKNOWN", `This registry knows no act ${action}.`, "action");
}

function assertRole({ role }: AnyBoardAction, member: Member): void {
  if (role === "payout" && member.role !== "payout") throw boardError("ROLE_NEEDED", "This act needs the role payout.");
}

/** Over the decision and the facts it stands on. */
async function digestOf(
  ctx: AppContext,
  tx: Tx,
  { action, subject, content }: { readonly action: ActionName; readonly subject: string; readonly content: unknown },
): Promise<string> {
  const grounds = await ACTIONS[action].groundsOf(ctx, tx, subject, content);
  return sha256Hex(utf8Encode(canonicalize({ action, subject, content: content as JsonValue, grounds })));
}

function show({ proposed_at, expires_at, executed_at, closed_at, ...approval }: Approval): ApprovalAnswer {
  const time = (at: Date | null): string | null => (at === null ? null : formatTimestamp(at));
  return {
    ...approval,
    proposed_at: formatTimestamp(proposed_at),
    expires_at: formatTimestamp(expires_at),
    executed_at: time(executed_at),
    closed_at: time(closed_at),
  };
}

/** What needs two members, and which ones. */
export function listActions(): { action: string; role: BoardRole; about: string }[] {
  return Object.entries<AnyBoardAction>(ACTIONS).map(([action, { role, about }]) => ({ action, role, about }));
}
