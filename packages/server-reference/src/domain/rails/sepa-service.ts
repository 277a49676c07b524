import { createHash } from "node:crypto";
import { formatAmount } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { sepaDebtor } from "../../rails/rail-settings.ts";
import { parseSepaParty, type SepaParty } from "../../rails/sepa/iban.ts";
import { buildPain001 } from "../../rails/sepa/pain001.ts";
import { appendAudit } from "../audit/repository.ts";
import { asPayout } from "../payouts/payout-transaction.ts";
import { asApiError, railError } from "./errors.ts";
import {
  findFileTransfers,
  findSepaFile,
  findUnfiledTransfers,
  insertSepaFile,
  lockRunFiles,
  type SepaFileRow,
} from "./sepa-repository.ts";
import type { HandTransfer } from "./transfer-repository.ts";

const RUN_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MAX_PAYMENTS = 100_000;
const SCALE = 6;

export interface SepaFileAnswer {
  readonly xml: string;
  /** Which file of the run it is, from 1. */
  readonly number: number;
  readonly count: number;
  /** EUR with six places. */
  readonly total: string;
}

/**
 * The next file that a person takes to the bank: what a run has sent over SEPA, the board has not confirmed, and no earlier file has.
 *
 * A transfer stands in one file, and each file is a message of its own, so that the bank is never told twice to pay.
 * @throws {ApiError} RAIL_OFF | PAYOUT_RUN_UNKNOWN | SEPA_NOTHING | RAIL_REFUSED
 */
export async function makeSepaFile(ctx: AppContext, runId: string): Promise<SepaFileAnswer> {
  const debtor = sepaDebtor(ctx.config.rails.sepa);
  if (debtor === undefined) throw railError("RAIL_OFF", "OMLA_SEPA_IBAN and OMLA_SEPA_NAME are not set.");
  return asPayout(ctx, async (tx) => {
    const files = await filesOf(tx, runId);
    const transfers = await findUnfiledTransfers(tx, runId, MAX_PAYMENTS);
    if (transfers.length === 0) throw nothingNew(runId, files);
    const draft = draftOf(ctx.clock.now(), runId, files + 1, debtor);
    const xml = buildFile(draft, debtor, transfers);
    const file = { ...draft, sha256: digestOf(xml) };
    await insertSepaFile(tx, file, transfers);
    const answer = { xml, number: file.number, count: transfers.length, total: totalOf(transfers) };
    await audit(tx, "payout.sepa-file", file, answer);
    return answer;
  });
}

/**
 * A file once more, byte for byte as it was made, where the first print was lost: it is the same message, and a bank takes a message once.
 *
 * @throws {ApiError} PAYOUT_RUN_UNKNOWN | SEPA_FILE_UNKNOWN | SEPA_FILE_CHANGED
 */
export async function printSepaFile(ctx: AppContext, runId: string, number: number): Promise<SepaFileAnswer> {
  return asPayout(ctx, async (tx) => {
    const files = await filesOf(tx, runId);
    const file = await findSepaFile(tx, runId, number);
    if (file === undefined) throw railError("SEPA_FILE_UNKNOWN", `Run ${runId} has ${files} files, and none with the number ${number}.`);
    const transfers = await findFileTransfers(tx, file.message_id, MAX_PAYMENTS);
    const xml = buildAgain(file, transfers);
    const answer = { xml, number, count: transfers.length, total: totalOf(transfers) };
    await audit(tx, "payout.sepa-file-again", file, answer);
    return answer;
  });
}

/** Waits for whoever makes a file of the run. @returns how many there are */
async function filesOf(tx: Tx, runId: string): Promise<number> {
  const files = RUN_ID.test(runId) ? await lockRunFiles(tx, runId) : undefined;
  if (files === undefined) throw railError("PAYOUT_RUN_UNKNOWN", `There is no run ${runId}.`);
  return files;
}

function nothingNew(runId: string, files: number): Error {
  const printed = files === 0 ? "" : ` that is not in one of its ${files} files`;
  return railError("SEPA_NOTHING", `Run ${runId} has nothing open over SEPA${printed}.`);
}

/** The first message bears the id of its run, as it always did; the next ones their number behind it. */
function draftOf(now: Date, runId: string, number: number, { iban, bic, name }: SepaParty): Omit<SepaFileRow, "sha256"> {
  const run = runId.toLowerCase();
  const hex = run.replaceAll("-", "");
  return {
    message_id: number === 1 ? hex : `${hex}-${number}`,
    run_id: run,
    number,
    made_at: new Date(Math.floor(now.getTime() / 1_000) * 1_000),
    debtor: [iban, bic, name].filter((part) => part !== undefined).join(";"),
  };
}

function buildAgain(file: SepaFileRow, transfers: readonly HandTransfer[]): string {
  const debtor = parseSepaParty(file.debtor);
  const erased = transfers.some(({ destination }) => destination === null);
  const xml = debtor === undefined || erased ? undefined : buildFile(file, debtor, transfers);
  if (xml !== undefined && digestOf(xml) === file.sha256) return xml;
  throw railError("SEPA_FILE_CHANGED", `File ${file.number} would not be what it was${erased ? ": a destination was erased" : ""}.`);
}

function buildFile(
  { message_id, made_at }: Pick<SepaFileRow, "message_id" | "made_at">,
  debtor: SepaParty,
  transfers: readonly HandTransfer[],
): string {
  try {
    return buildPain001({
      messageId: message_id,
      createdAt: made_at,
      executionDate: made_at,
      debtor,
      payments: transfers.map(({ ext_id, destination, amount, quarter, wallet }) => ({
        endToEndId: ext_id,
        destination: destination ?? "",
        amount: BigInt(amount),
        remittance: `OMLA royalties ${quarter} ${wallet}`,
      })),
    });
  } catch (error) {
    throw asApiError(error);
  }
}

function digestOf(xml: string): string {
  return createHash("sha256").update(xml).digest("hex");
}

function totalOf(transfers: readonly HandTransfer[]): string {
  return formatAmount(
    transfers.reduce((sum, { amount }) => sum + BigInt(amount), 0n),
    SCALE,
  );
}

async function audit(tx: Tx, action: string, { run_id, message_id, sha256 }: SepaFileRow, { count, total }: SepaFileAnswer): Promise<void> {
  const detail = { after: { message_id, sha256, count, total } };
  await appendAudit(tx, { actor: "operator", action, entity: "payout_runs", entityId: run_id, detail });
}
