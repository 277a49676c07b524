import { type Blacklist, signFile } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { type Draft, draftList, type EditionKind } from "./draft-service.ts";
import { blacklistError } from "./errors.ts";
import { currentKeys } from "./keyset-service.ts";
import { type Publication, publishSigned } from "./publication-service.ts";
import { findLatestList } from "./repository.ts";
import { proposeDraft, type Waiting } from "./sign-off-service.ts";

export type ListOutcome = (Publication & { readonly weekly: boolean }) | Waiting;

export interface PublishOptions {
  /** `drops` takes nobody in, also when the weekly edition is due: what the board clears is gone at once. */
  readonly edition?: EditionKind;
  /** Who asks, for the audit log. */
  readonly actor?: string;
}

/**
 * Publishes the next list with the server's key file, or leaves it as a proposal where more than this key must agree.
 *
 * @returns the publication, or what it waits for: the approval of two board members, or further signatures
 * @throws {ApiError} SIGNING_KEY_MISSING | SIGNING_KEY_UNKNOWN | LIST_SELF_CHECK
 * @see docs/spec/6-compliance.md and docs/spec/7-blacklist.md clause 7.20
 */
export async function publishBlacklist(
  ctx: AppContext,
  tx: Tx,
  { edition = "due", actor = "system" }: PublishOptions = {},
): Promise<ListOutcome> {
  await ctx.keys.refresh?.();
  const draft = await draftList(ctx, tx, edition);
  const key = ctx.keys.list;
  if (key === undefined && draft.latest?.signed === true)
    throw blacklistError("SIGNING_KEY_MISSING", `List ${draft.latest.sequence} is signed, and this process has no key.`);
  if (draft.needsTwo || !(await isEnough(tx, key === undefined ? 0 : 1))) return proposeDraft(ctx, tx, draft, actor);
  return publishDraft(ctx, tx, draft);
}

/** A week is over, or other keys are in force than those that signed the newest list. */
export async function isListDue(ctx: AppContext, tx: Tx): Promise<boolean> {
  const latest = await findLatestList(tx);
  if (latest === undefined || ctx.clock.now() >= latest.next_update) return true;
  return latest.signed && (JSON.parse(latest.raw) as Blacklist).keyset_version !== (await currentKeys(tx)).version;
}

/** Publishes the weekly list once it is due; where this process has no key, proposes it for signing elsewhere. */
export async function publishWeekly(ctx: AppContext, tx: Tx): Promise<ListOutcome> {
  await ctx.keys.refresh?.();
  if (ctx.keys.list !== undefined || (await currentKeys(tx)).version === 0) return publishBlacklist(ctx, tx);
  return proposeDraft(ctx, tx, await draftList(ctx, tx, "due"), "system");
}

async function publishDraft(ctx: AppContext, tx: Tx, { file, weekly }: Draft): Promise<Publication & { readonly weekly: boolean }> {
  const key = ctx.keys.list;
  return { ...(await publishSigned(ctx, tx, file, key === undefined ? [] : await signFile(file, [key.secretKey]))), weekly };
}

/** Whether this process alone meets the threshold; before the first keyset there is none. */
async function isEnough(tx: Tx, signatures: number): Promise<boolean> {
  return (await currentKeys(tx)).threshold <= signatures;
}
