import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { enqueueNotice, type Notice } from "../notices/service.ts";
import { findShares } from "../reports/terms-repository.ts";
import { caseError } from "./errors.ts";
import { type CaseLine, findCaseLine, findClaimsOn, findModelsOf, findWalletsOf, isHosterOf } from "./line-repository.ts";
import type { Party, PartyKind } from "./party.ts";

/**
 * The line that a party may speak about, and as what: the company that filed it, or whoever is paid through it.
 *
 * @throws {ApiError} REPORT_NOT_FOUND also for the line of somebody else, so that ids cannot be tried out; LINE_TEST | LINE_CLOSED
 */
export async function concernedLine(tx: Tx, party: Party, reportId: string): Promise<{ line: CaseLine; as: PartyKind }> {
  const line = await findCaseLine(tx, reportId);
  const as = line === undefined ? undefined : await roleIn(tx, party, line);
  if (line === undefined || as === undefined) throw caseError("REPORT_NOT_FOUND", "There is no such line of yours.", "report_id");
  if (!line.live) throw caseError("LINE_TEST", "This line was filed with a test key.", "report_id");
  if (line.status === "superseded" || line.status === "rejected")
    throw caseError("LINE_CLOSED", `This line is ${line.status}.`, "report_id");
  return { line, as };
}

async function roleIn(tx: Tx, party: Party, line: CaseLine): Promise<PartyKind | undefined> {
  if (party.kind === "company") return party.companyId === line.reporter_id ? "company" : undefined;
  const own = new Set(await findWalletsOf(tx, party.pubkey));
  if ((await receiversOf(tx, line)).some((wallet) => own.has(wallet))) return "creator";
  return (await isHosterOf(tx, party.pubkey, line.model_id)) ? "hoster" : undefined;
}

async function receiversOf(tx: Tx, { model_id, quarter, lineage_policy }: CaseLine): Promise<string[]> {
  const shares = await findShares(tx, [model_id], quarter, lineage_policy);
  return (shares.get(model_id) ?? []).map(({ wallet }) => wallet);
}

/** A lineage can be long, and a model can have many hosters; the first are told by mail, and everybody sees the case in the list. */
const TOLD = 32;

/** Tells the company, the creators and the hosters who are paid through a line. Call `ctx.queue.ready()` before the transaction. */
export async function tellConcerned(
  ctx: AppContext,
  tx: Tx,
  line: CaseLine,
  notice: Pick<Notice, "kind" | "case_id" | "until">,
): Promise<void> {
  await enqueueNotice(ctx, tx, { ...notice, company_id: line.reporter_id });
  const models = await findModelsOf(tx, await receiversOf(tx, line), TOLD);
  for (const model_id of new Set([line.model_id, ...models])) await enqueueNotice(ctx, tx, { ...notice, model_id });
  for (const claim_id of await findClaimsOn(tx, line.model_id, TOLD)) await enqueueNotice(ctx, tx, { ...notice, claim_id });
}
