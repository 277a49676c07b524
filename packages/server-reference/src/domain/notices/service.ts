import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import type { SignedType } from "../documents/signed-actions.ts";
import type { CaseNoticeKind } from "./case-texts.ts";
import { findChangedWallet } from "./repository.ts";

/** What somebody is told: ids only, so that no address lies in the queue. */
export interface Notice {
  readonly kind:
    | "key-rotation"
    | "key-challenge"
    | "key-rotated"
    | "wallet-rail"
    | "rail-account"
    | "payout-returned"
    | "confirm-email"
    | "company-sign-in"
    | "hoster-verified"
    | "hoster-revoked"
    | "complaint-decided"
    | CaseNoticeKind;
  readonly model_id?: string;
  readonly company_id?: string;
  /** A wallet of its own: whoever holds its key is told, where that key left an address. */
  readonly wallet_id?: string;
  /** A hoster's claim. */
  readonly claim_id?: string;
  readonly complaint_id?: string;
  /** A dispute, an audit, a webhook endpoint. */
  readonly case_id?: string;
  readonly digest?: string;
  readonly until?: string;
}

/** Puts a notice into the queue, in the transaction of what it tells of. Call `ctx.queue.ready()` before that transaction. */
export function enqueueNotice(ctx: AppContext, tx: Tx, notice: Notice): Promise<void> {
  return ctx.queue.enqueue(tx, "notice", notice);
}

/** Tells everyone concerned of what a signed document did, where that touches a key or the way of money. */
export async function announce(ctx: AppContext, tx: Tx, type: SignedType, answer: Readonly<Record<string, unknown>>): Promise<void> {
  const model_id = textOf(answer["model_id"]);
  const digest = textOf(answer["digest"] ?? answer["rotation_digest"]);
  if (type === "key-rotation") await enqueueNotice(ctx, tx, { kind: type, model_id, digest, until: textOf(answer["completes_at"]) });
  if (type === "key-challenge") await enqueueNotice(ctx, tx, { kind: type, model_id, digest });
  if (type === "mutation" && answer["kind"] === "wallet-rail") await tellOfRail(ctx, tx, digest);
  if (type === "hoster-verification") await tellHoster(ctx, tx, textOf(answer["claim_id"]), answer["verified"] === true);
}

/** What was decided about a hoster's claim, by the model's key or by the board. */
export function tellHoster(ctx: AppContext, tx: Tx, claim_id: string, isVerified: boolean): Promise<void> {
  return enqueueNotice(ctx, tx, { kind: isVerified ? "hoster-verified" : "hoster-revoked", claim_id });
}

/** The wallet's own people, not those of whatever model its holder wrote into the document. */
async function tellOfRail(ctx: AppContext, tx: Tx, digest: string): Promise<void> {
  const { wallet_id, model_id, is_primary } = await findChangedWallet(tx, digest);
  if (model_id !== null) await enqueueNotice(ctx, tx, { kind: "wallet-rail", model_id, digest });
  if (!is_primary) await enqueueNotice(ctx, tx, { kind: "wallet-rail", wallet_id, digest });
}

function textOf(member: unknown): string {
  return typeof member === "string" ? member : "";
}
