import type { AppContext } from "../../context.ts";
import { sealSecret } from "../../credentials/sealed-secret.ts";
import { otpauthUrl, TOTP_SECRET_BYTES } from "../../credentials/totp.ts";
import type { Tx } from "../../db/database.ts";
import type { BoardRole } from "../../principal.ts";
import { appendAudit } from "../audit/repository.ts";
import { EMAIL } from "../companies/schema.ts";
import { boardError } from "./errors.ts";
import { readFirstMember } from "./first-member.ts";
import { findActiveMember, insertBoardMember, isBoardEmpty, updateBoardMember, writeCredential } from "./repository.ts";
import { revokeSessionsOf } from "./session-repository.ts";

export interface MintedMember {
  readonly id: string;
  /** For an authenticator app; shown once and never again. */
  readonly otpauth: string;
}

/** Adds a member with a new secret. @throws {ApiError} EMAIL_INVALID | BOARD_MEMBER_EXISTS */
export async function addBoardMember(ctx: AppContext, tx: Tx, email: string, role: BoardRole): Promise<MintedMember> {
  return enrol(ctx, tx, email, role, ctx.random(TOTP_SECRET_BYTES));
}

/** Takes the first member from the settings while there is none. */
export async function enrolFirstMember(ctx: AppContext): Promise<void> {
  const { boardFirst, jwtSecret } = ctx.config;
  if (boardFirst === undefined) return;
  const first = readFirstMember(boardFirst, jwtSecret);
  await ctx.db.service(async (tx) => {
    if (!(await isBoardEmpty(tx))) return;
    if (first === undefined) ctx.log.warn({}, "OMLA_BOARD_FIRST was sealed under another OMLA_JWT_SECRET: use omla-server board add");
    else await enrol(ctx, tx, first.email, "payout", first.secret);
  });
}

async function enrol(ctx: AppContext, tx: Tx, email: string, role: BoardRole, secret: Uint8Array): Promise<MintedMember> {
  if (!EMAIL.safeParse(email).success) throw boardError("EMAIL_INVALID", `${email} is no e-mail address.`);
  const id = await insertBoardMember(tx, email, role);
  await writeCredential(tx, id, sealSecret(secret, purposeOf(id), ctx.config.jwtSecret, ctx.random));
  await auditMember(tx, "board.add", id, { role });
  return { id, otpauth: otpauthOf(ctx, email, secret) };
}

/** A new secret for a member who lost the old one or was locked out; every session ends. @throws {ApiError} BOARD_MEMBER_NOT_FOUND */
export async function resetBoardMember(ctx: AppContext, tx: Tx, email: string): Promise<MintedMember> {
  const { id } = await memberOf(tx, email);
  const secret = ctx.random(TOTP_SECRET_BYTES);
  await writeCredential(tx, id, sealSecret(secret, purposeOf(id), ctx.config.jwtSecret, ctx.random));
  await revokeSessionsOf(tx, id);
  await auditMember(tx, "board.reset", id, {});
  return { id, otpauth: otpauthOf(ctx, email, secret) };
}

/** Takes a member off the board; sessions end, and open proposals of theirs count no more. @throws {ApiError} BOARD_MEMBER_NOT_FOUND */
export async function deactivateBoardMember(tx: Tx, email: string): Promise<string> {
  const { id } = await memberOf(tx, email);
  await updateBoardMember(tx, id, { is_active: false });
  await revokeSessionsOf(tx, id);
  await auditMember(tx, "board.deactivate", id, { is_active: false });
  return id;
}

/** Changes what a member may do, from the next request on. @throws {ApiError} BOARD_MEMBER_NOT_FOUND */
export async function changeBoardRole(tx: Tx, email: string, role: BoardRole): Promise<string> {
  const { id } = await memberOf(tx, email);
  await updateBoardMember(tx, id, { role });
  await auditMember(tx, "board.role", id, { role });
  return id;
}

/** A secret opens for its own member only. */
export function purposeOf(memberId: string): string {
  return `board.totp:${memberId}`;
}

async function memberOf(tx: Tx, email: string): Promise<{ readonly id: string }> {
  const member = await findActiveMember(tx, email);
  if (member === undefined) throw boardError("BOARD_MEMBER_NOT_FOUND", `${email} is not on the board.`);
  return member;
}

function otpauthOf({ config }: AppContext, email: string, secret: Uint8Array): string {
  return otpauthUrl(`OMLA ${new URL(config.publicUrl).host}`, email, secret);
}

function auditMember(tx: Tx, action: string, entityId: string, after: object): Promise<void> {
  return appendAudit(tx, { actor: "system", action, entity: "board_member", entityId, detail: { after } });
}
