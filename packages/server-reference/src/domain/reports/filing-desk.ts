import type { AppContext } from "../../context.ts";
import { statementsOf, type Tx } from "../../db/database.ts";
import { createLane } from "../../db/lane.ts";
import { firstCharge } from "../collections/charge-service.ts";
import { type Claim, claimKey, rememberAnswer } from "../idempotency/repository.ts";
import { chargedRow, compute, type FilingRequest, filingRequest, prepareFiling, questionOf, withStatuses } from "./filing.ts";
import {
  fileReports,
  type FilingQuestion,
  type FilingRow,
  findFilingFacts,
  type FoundFacts,
  type LineStatuses,
} from "./filing-repository.ts";
import type { Reporter } from "./reporter.ts";
import type { ReportInput } from "./schema.ts";
import { fileInTurn, type Filed, type FilingAct, findKnown } from "./service.ts";

/** Where reports are handed in. */
export interface FilingDesk {
  /**
   * Files a report once: under a claim that was made before, it finds what was answered then.
   *
   * @throws {ApiError} what submitReport and amendReport throw
   */
  file(act: FilingAct, reporter: Reporter, input: ReportInput, claim: Claim | undefined): Promise<Filed>;
}

/** Lines that one statement carries, counting each report as one more: a second of work on a slow machine. */
const MOST_TOGETHER = 48;
/** While one is being committed, the next one is written. */
const MOST_UNDER_WAY = 2;

/** What is asked and written for several reports together. */
interface Clerk {
  findFacts(question: FilingQuestion): Promise<FoundFacts>;
  write(filing: FilingRow): Promise<LineStatuses | undefined>;
}

/** The first report of a quarter takes one statement that reads and one that writes, each shared with others that are filed meanwhile. */
export function createFilingDesk(ctx: AppContext): FilingDesk {
  const statements = statementsOf(ctx.db);
  const clerk = createClerk(statements);
  return {
    file: async (act, reporter, input, claim) => {
      const request = await filingRequest(ctx, reporter, input, claim);
      const filed = act === "submit" ? await fileAtOnce(ctx, statements, clerk, request) : undefined;
      return filed ?? ctx.db.service((tx) => fileClaimed(ctx, tx, act, request));
    },
  };
}

function createClerk(statements: Tx): Clerk {
  const bounds = { mostUnderWay: MOST_UNDER_WAY, mostWeight: MOST_TOGETHER };
  const facts = createLane<FilingQuestion, FoundFacts>({
    ...bounds,
    together: (questions) => findFilingFacts(statements, questions),
    weightOf: ({ named }) => 1 + named.length,
  });
  const filings = createLane<FilingRow, LineStatuses | undefined>({
    ...bounds,
    together: (rows) => fileReports(statements, rows),
    weightOf: ({ lines }) => 1 + lines.length,
    nameOf: ({ company_id }) => company_id,
  });
  return { findFacts: (question) => facts.ask(question), write: (filing) => filings.ask(filing) };
}

/**
 * Files where nothing stands beside the report: the first one of its quarter, by a company that has no credit.
 *
 * @returns undefined where it must be filed in turn
 */
async function fileAtOnce(ctx: AppContext, statements: Tx, clerk: Clerk, request: FilingRequest): Promise<Filed | undefined> {
  const facts = await clerk.findFacts(questionOf(ctx, request));
  if ("earlier" in facts) return facts;
  const known = findKnown(ctx, "submit", request, facts);
  if (known !== undefined || facts.has_credits) return undefined;
  const { row, charged, receipt } = await prepareFiling(ctx, statements, request, facts, compute(ctx, facts.terms, request.input));
  const statuses = await clerk.write(request.reporter.live ? chargedRow(row, firstCharge(row.company_id, charged)) : row);
  return statuses === undefined ? undefined : { created: true, receipt: withStatuses(receipt, statuses) };
}

/** What was filed before is remembered under a new key as well. */
async function fileClaimed(ctx: AppContext, tx: Tx, act: FilingAct, request: FilingRequest): Promise<Filed> {
  const filed = await fileInTurn(ctx, tx, act, request);
  if (request.claim !== undefined && "created" in filed && !filed.created) {
    await claimKey(tx, request.claim);
    await rememberAnswer(tx, request.claim, 200, filed.receipt);
  }
  return filed;
}
