import { expectArray, expectMembers } from "./answer.ts";
import type { CallOptions } from "./call.ts";
import { type CaseLine, encodeEvidence, type EvidenceFile, type StoredEvidence } from "./evidence.ts";
import type { Registry } from "./registry.ts";

export interface Audit {
  readonly audit_id: string;
  readonly report_id: string;
  readonly party_kind: "creator" | "hoster" | "board";
  readonly status: "requested" | "answered" | "overdue" | "compelled" | "waived" | "upheld" | "dismissed";
  /** What the company is asked. */
  readonly description: string;
  readonly requested_at: string;
  /** Unanswered after this the line is disputed and its payout waits. */
  readonly answer_by: string;
  readonly answered_at: string | null;
  readonly overdue_at: string | null;
  readonly closed_at: string | null;
  readonly result_report_id: string | null;
  readonly resolution: string | null;
  readonly line: CaseLine;
  readonly evidence: readonly StoredEvidence[];
}

export interface Audits {
  /** Asks for the evidence behind a line that you are paid through; needs a session of your key as `accessToken`. */
  request(input: { readonly report_id: string; readonly description: string }, options?: CallOptions): Promise<Audit>;
  /** Answers with evidence; needs the company's live `apiKey`. */
  respond(
    input: { readonly audit_id: string; readonly description: string; readonly evidence: readonly EvidenceFile[] },
    options?: CallOptions,
  ): Promise<Audit>;
  /** What you asked for, and as a company what you are asked. */
  list(options?: CallOptions): AsyncIterable<Audit>;
}

const AUDIT = { audit_id: "string", report_id: "string", status: "string", answer_by: "string" } as const;

export function createAudits(registry: Registry): Omit<Audits, "list"> {
  const act = async (action: string, body: object, options: CallOptions | undefined): Promise<Audit> => {
    const answer = await registry.act(action, body, { ...options, idempotencyKey: `${action}-${crypto.randomUUID()}` });
    return expectMembers<Audit>(answer, AUDIT, "the audit");
  };
  return {
    request: ({ report_id, description }, options) => act("request-audit", { report_id, description }, options),
    respond: ({ audit_id, description, evidence }, options) =>
      act("respond-audit", { audit_id, description, evidence: encodeEvidence(evidence) }, options),
  };
}

/** What you opened, and as a company what concerns your lines; the newest first, 200 at most. */
export async function* listAudits(registry: Registry, options?: CallOptions): AsyncGenerator<Audit, void, undefined> {
  const body = await registry.json({ method: "GET", path: "/functions/v1/audits", ...options });
  const { audits } = expectMembers<{ audits: unknown }>(body, { audits: "array" }, "the audits");
  for (const audit of expectArray(audits, "the audits")) yield expectMembers<Audit>(audit, AUDIT, "an audit");
}
