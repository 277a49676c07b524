import { createHash } from "node:crypto";
import type { AppContext } from "../../context.ts";
import { openSecret } from "../../credentials/sealed-secret.ts";
import { matchTotp } from "../../credentials/totp.ts";
import type { Tx } from "../../db/database.ts";
import type { BoardPrincipal, BoardRole } from "../../principal.ts";
import { appendAudit } from "../audit/repository.ts";
import { purposeOf } from "./service.ts";
import {
  countWrongCode,
  type Credential,
  insertSession,
  lockCredential,
  revokeSession,
  spendStep,
  touchSession,
} from "./session-repository.ts";

/** The token of a script begins with this; a browser's stands in a cookie. */
export const BOARD_TOKEN_PREFIX = "omla_board_";
const TOKEN_BYTES = 32;
const IDLE_SECONDS = 15 * 60;
export const SESSION_SECONDS = 8 * 3_600;
/** How long a code counts as fresh, for acts that move money or list somebody. */
const PROOF_SECONDS = 5 * 60;

type Carrier = BoardPrincipal["carrier"];

export interface BoardSession {
  readonly token: string;
  readonly memberId: string;
  readonly role: BoardRole;
  readonly expiresAt: Date;
}

/**
 * Signs a member in by a code that was not used before; the token is always a new one.
 *
 * @returns undefined where it is refused, whatever the reason; the failure is counted
 */
export async function signInBoard(
  ctx: AppContext,
  { email, code, carrier, oldToken }: { email: string; code: string; carrier: Carrier; oldToken: string | undefined },
): Promise<BoardSession | undefined> {
  return ctx.db.service(async (tx) => {
    const credential = await lockCredential(tx, { email });
    if (credential === undefined || !(await spendCode(ctx, tx, credential, code))) return undefined;
    if (oldToken !== undefined) await revokeSession(tx, digestOf(oldToken));
    const expiresAt = new Date(ctx.clock.now().getTime() + SESSION_SECONDS * 1_000);
    return openSession(ctx, tx, credential, { carrier, expiresAt, action: "board.sign_in" });
  });
}

/** A fresh code of a member who is signed in: a new token for the rest of the same session. @returns undefined where it is refused */
export async function proveBoard(ctx: AppContext, member: BoardPrincipal, code: string): Promise<BoardSession | undefined> {
  return ctx.db.service(async (tx) => {
    const credential = await lockCredential(tx, { id: member.memberId });
    const session = await touchSession(tx, member.session, member.carrier, IDLE_SECONDS);
    if (credential === undefined || session === undefined || !(await spendCode(ctx, tx, credential, code))) return undefined;
    await revokeSession(tx, member.session);
    return openSession(ctx, tx, credential, { carrier: member.carrier, expiresAt: session.expires_at, action: "board.prove" });
  });
}

export async function signOutBoard(ctx: AppContext, member: BoardPrincipal): Promise<void> {
  await ctx.db.service((tx) => endSession(tx, member));
}

async function endSession(tx: Tx, { session, memberId }: BoardPrincipal): Promise<void> {
  await revokeSession(tx, session);
  await appendAudit(tx, { actor: memberId, action: "board.sign_out", entity: "board_member", entityId: memberId, detail: {} });
}

/** Who a token belongs to; undefined where it is none, ended, idle too long, or its member has left. */
export async function boardMemberOf(ctx: AppContext, token: string, carrier: Carrier): Promise<BoardPrincipal | undefined> {
  const session = digestOf(token);
  const open = await ctx.db.service((tx) => touchSession(tx, session, carrier, IDLE_SECONDS));
  return open && { kind: "board", memberId: open.member_id, role: open.role, session, carrier, provedAt: open.proved_at };
}

/** Until when the last code counts as fresh. */
export function provedUntil({ provedAt }: Pick<BoardPrincipal, "provedAt">): Date {
  return new Date(provedAt.getTime() + PROOF_SECONDS * 1_000);
}

async function openSession(
  ctx: AppContext,
  tx: Tx,
  { member_id: memberId, role }: Credential,
  { carrier, expiresAt, action }: { readonly carrier: Carrier; readonly expiresAt: Date; readonly action: string },
): Promise<BoardSession> {
  const random = Buffer.from(ctx.random(TOKEN_BYTES)).toString("base64url");
  const token = carrier === "bearer" ? BOARD_TOKEN_PREFIX + random : random;
  await insertSession(tx, { tokenSha256: digestOf(token), memberId, carrier, expiresAt });
  await appendAudit(tx, { actor: memberId, action, entity: "board_member", entityId: memberId, detail: { after: { carrier } } });
  return { token, memberId, role, expiresAt };
}

/** Uses a code up, or counts a wrong one. */
async function spendCode(ctx: AppContext, tx: Tx, credential: Credential, code: string): Promise<boolean> {
  if (credential.locked) return false;
  const secret = openSecret(credential.sealed_secret, purposeOf(credential.member_id), ctx.config.jwtSecret);
  const step = secret && matchTotp(secret, code, ctx.clock.now(), credential.last_step);
  if (step === undefined) await countWrong(tx, credential);
  else await spendStep(tx, credential.member_id, step);
  return step !== undefined;
}

const FREE_FAILURES = 5;
const FIRST_LOCK_SECONDS = 15 * 60;
const LONGEST_LOCK_SECONDS = 86_400;

/** Three of a million codes fit at a time: whoever guesses is slowed down to one guess a day. */
async function countWrong(tx: Tx, { member_id, failures }: Credential): Promise<void> {
  const over = failures + 1 - FREE_FAILURES;
  const lockSeconds = over < 0 ? 0 : Math.min(FIRST_LOCK_SECONDS * 2 ** Math.min(over, 10), LONGEST_LOCK_SECONDS);
  await countWrongCode(tx, member_id, lockSeconds);
  if (lockSeconds > 0)
    await appendAudit(tx, {
      actor: "anonymous",
      action: "board.lock",
      entity: "board_member",
      entityId: member_id,
      detail: { after: { seconds: lockSeconds } },
    });
}

function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
