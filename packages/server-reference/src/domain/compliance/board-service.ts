import { OmlaError } from "@omla/sdk/protocol";
import type * as z from "zod";
import type { AppContext } from "../../context.ts";
import { actAs } from "../../db/act-as.ts";
import type { Tx } from "../../db/database.ts";
import type { BoardPrincipal } from "../../principal.ts";
import { readAuditLog } from "../audit/log-repository.ts";
import { findLatestList } from "../blacklist/repository.ts";
import { publishBlacklist } from "../blacklist/service.ts";
import {
  clearSubject,
  findSubject,
  listSubjects,
  markToldByBoard,
  setEnforcement,
  type SubjectFilter,
  type SubjectRow,
} from "./board-repository.ts";
import { complianceError } from "./errors.ts";
import type { movedAnswer, subjectDetail } from "./schema.ts";

type Moved = z.output<typeof movedAnswer>;

export function browseSubjects(ctx: AppContext, filter: SubjectFilter): Promise<SubjectRow[]> {
  return ctx.db.service((tx) => listSubjects(tx, filter));
}

const HISTORY_ROWS = 100;

/** A subject with its facts and what happened to it. @throws {ApiError} SUBJECT_NOT_FOUND */
export async function inspectSubject(ctx: AppContext, id: string): Promise<z.output<typeof subjectDetail>> {
  return ctx.db.service(async (tx) => {
    const subject = await findSubject(tx, id);
    if (subject === undefined) throw complianceError("SUBJECT_NOT_FOUND", `There is no model or company ${id}.`, "id");
    const history = await readAuditLog(tx, { entity: "compliance_state", entity_id: id, limit: HISTORY_ROWS });
    return { ...subject, history: history.map(({ seq, at, actor, action, detail }) => ({ seq, at, actor, action, detail })) };
  });
}

/**
 * Takes a subject off the blacklist: its state is then what the facts say, and the list drops it at once (decision 22).
 *
 * @throws {ApiError} SUBJECT_NOT_FOUND
 */
export async function clear(ctx: AppContext, tx: Tx, { memberId }: BoardPrincipal, id: string, note: string): Promise<Moved> {
  const state = await actAs(tx, "reviewer", () => clearSubject(tx, id, memberId, note));
  return { id, state, enforce: "deny", list: await publishChange(ctx, tx, id, memberId) };
}

/** Lifts or restores what readers of the list do about a listed subject. @throws {ApiError} SUBJECT_NOT_FOUND | NOT_LISTED */
export async function enforce(
  ctx: AppContext,
  tx: Tx,
  { memberId }: BoardPrincipal,
  id: string,
  { enforce: wanted, note }: { readonly enforce: string; readonly note: string },
): Promise<Moved> {
  await actAs(tx, "reviewer", () => setEnforcement(tx, id, wanted, memberId, note));
  const list = await publishChange(ctx, tx, id, memberId);
  return { id, state: (await findSubject(tx, id))?.state ?? "", enforce: wanted, list };
}

/** Says that the board itself told a listed subject; the 14 days of notice begin. @throws {ApiError} NOT_LISTED */
export async function tellByHand(tx: Tx, { memberId }: BoardPrincipal, id: string, note: string): Promise<{ id: string; told: true }> {
  await actAs(tx, "reviewer", () => markToldByBoard(tx, id, memberId, note));
  return { id, told: true };
}

/**
 * Publishes at once what is milder than the list that stands; the board's act holds also where that has to wait.
 *
 * @returns the number of the new list, or null
 */
async function publishChange(ctx: AppContext, tx: Tx, id: string, actor: string): Promise<number | null> {
  const latest = await findLatestList(tx);
  if (latest?.raw.includes(id) !== true) return null;
  await tx.query("savepoint change_of_list");
  try {
    const outcome = await publishBlacklist(ctx, tx, { edition: "drops", actor });
    return outcome.published ? outcome.sequence : null;
  } catch (error) {
    if (!(error instanceof OmlaError)) throw error;
    await tx.query("rollback to savepoint change_of_list");
    ctx.log.warn({ subject: id, code: error.code }, "the list could not be published after a change by the board");
    return null;
  }
}
