import { type DecimalInput, formatUsd, parseUsd } from "../protocol/money.ts";
import { expectArray, expectMembers } from "./answer.ts";
import type { CallOptions } from "./call.ts";
import { asInputError } from "./errors.ts";
import { type CaseLine, encodeEvidence, type EvidenceFile, type StoredEvidence } from "./evidence.ts";
import type { Registry } from "./registry.ts";

export interface DisputeInput {
  /** A line of your own report, or one through which you are paid. */
  readonly report_id: string;
  readonly description: string;
  /** What the figures should be; in a pipeline, revenue and cost are those of the whole entry. */
  readonly proposed?:
    | {
        readonly revenue_usd?: DecimalInput | undefined;
        readonly run_cost_usd?: DecimalInput | undefined;
        readonly inferences?: number | undefined;
      }
    | undefined;
  readonly evidence?: readonly EvidenceFile[] | undefined;
}

export interface Dispute {
  readonly dispute_id: string;
  readonly report_id: string;
  readonly party_kind: "company" | "creator" | "hoster";
  readonly status: "open" | "accepted" | "rejected" | "withdrawn";
  readonly proposed: { readonly revenue_usd: string | null; readonly run_cost_usd: string | null; readonly inferences: number | null };
  readonly opened_at: string;
  readonly closed_at: string | null;
  /** The line with the accepted figures. */
  readonly result_report_id: string | null;
  readonly resolution: string | null;
  readonly line: CaseLine;
  readonly evidence: readonly StoredEvidence[];
}

/** Needs a company's `apiKey`, or the session of a creator's or hoster's key as `accessToken`. */
export interface Disputes {
  /** Disputes a line: its payout waits until the board has decided. There is one dispute per line and party. */
  open(input: DisputeInput, options?: CallOptions): Promise<Dispute>;
  /** What you opened, and as a company what was opened about your lines. */
  list(options?: CallOptions): AsyncIterable<Dispute>;
  withdraw(disputeId: string, options?: CallOptions): Promise<Dispute>;
}

const DISPUTE = { dispute_id: "string", report_id: "string", status: "string" } as const;

export function createDisputes(registry: Registry): Omit<Disputes, "list"> {
  const act = async (action: string, body: object, options: CallOptions | undefined): Promise<Dispute> => {
    const answer = await registry.act(action, body, { ...options, idempotencyKey: `${action}-${crypto.randomUUID()}` });
    return expectMembers<Dispute>(answer, DISPUTE, "the dispute");
  };
  return {
    open: async ({ report_id, description, proposed, evidence = [] }, options) =>
      act(
        "open-dispute",
        { report_id, description, proposed: proposed && readFigures(proposed), evidence: encodeEvidence(evidence) },
        options,
      ),
    withdraw: (disputeId, options) => act("withdraw-dispute", { dispute_id: disputeId }, options),
  };
}

function readFigures({ revenue_usd, run_cost_usd, inferences }: NonNullable<DisputeInput["proposed"]>): object {
  return {
    revenue_usd: amount(revenue_usd, "proposed.revenue_usd"),
    run_cost_usd: amount(run_cost_usd, "proposed.run_cost_usd"),
    inferences,
  };
}

function amount(value: DecimalInput | undefined, path: string): string | undefined {
  try {
    return value === undefined ? undefined : formatUsd(parseUsd(value, path));
  } catch (error) {
    throw asInputError(error);
  }
}

/** What you opened, and as a company what concerns your lines; the newest first, 200 at most. */
export async function* listDisputes(registry: Registry, options?: CallOptions): AsyncGenerator<Dispute, void, undefined> {
  const body = await registry.json({ method: "GET", path: "/functions/v1/disputes", ...options });
  const { disputes } = expectMembers<{ disputes: unknown }>(body, { disputes: "array" }, "the disputes");
  for (const dispute of expectArray(disputes, "the disputes")) yield expectMembers<Dispute>(dispute, DISPUTE, "a dispute");
}
