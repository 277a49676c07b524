import type { Verifier } from "../verifier.ts";
import type { Subject } from "../index-of-entries.ts";
import type { Verdict } from "../verdict.ts";
import { formatVerdict, VERDICT_HEADER } from "../verdict-header.ts";

/** What an adapter needs beside the verifier. */
export interface GateOptions<Request> {
  readonly verifier: Pick<Verifier, "check">;
  /** Which model and which customer a request is about; undefined where it is about none, and passes. */
  readonly identify: (request: Request) => Subject | undefined | Promise<Subject | undefined>;
  /** What becomes of a verdict of `review`: `pass` (unless said) lets it through with the header, `refuse` answers as a denial. */
  readonly onReview?: "pass" | "refuse" | ((verdict: Verdict, request: Request) => "pass" | "refuse" | Promise<"pass" | "refuse">);
  /** Where a listed party finds out more; named in every refusal. */
  readonly disputeUrl?: string;
}

/** What an adapter answers instead of letting a request through. */
export interface Refusal {
  /** 451 where a model is listed, 403 where a customer is or where nobody could be asked. */
  readonly status: 403 | 451;
  readonly body: {
    readonly code: "OMLA_LISTED" | "OMLA_REVIEW";
    readonly message: string;
    readonly details: { readonly reason: string; readonly cases: readonly string[]; readonly sequence: number | null };
    readonly hint: string;
    readonly request_id: null;
  };
}

export interface Passage {
  readonly verdict: Verdict | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly refusal: Refusal | undefined;
}

/** Asks the verifier about one request; the rule that every adapter shares. */
export async function passGate<Request>(request: Request, options: GateOptions<Request>): Promise<Passage> {
  const subject = await options.identify(request);
  if (subject === undefined) return { verdict: undefined, headers: {}, refusal: undefined };
  const verdict = options.verifier.check(subject);
  const headers = { [VERDICT_HEADER]: formatVerdict(verdict) };
  const isRefused = verdict.action === "deny" || (verdict.action === "review" && (await reviewed(verdict, request, options)) !== "pass");
  return { verdict, headers, refusal: isRefused ? refusalOf(verdict, options.disputeUrl) : undefined };
}

async function reviewed<Request>(
  verdict: Verdict,
  request: Request,
  { onReview = "pass" }: GateOptions<Request>,
): Promise<"pass" | "refuse"> {
  return typeof onReview === "function" ? onReview(verdict, request) : onReview;
}

function refusalOf(verdict: Verdict, disputeUrl: string | undefined): Refusal {
  const { matches, reason, sequence, action } = verdict;
  const hasModel = matches.some(({ kind }) => kind === "model");
  const who = hasModel ? "This model" : matches.length > 0 ? "This customer" : "This request";
  const message =
    action === "deny"
      ? `${who} is on the OMLA blacklist (${listed(verdict)}).`
      : `${who} needs a review before it is served (${listed(verdict)}).`;
  const hint =
    disputeUrl === undefined ? "Ask the registry that publishes the list to look at the case." : `To dispute this, see ${disputeUrl}`;
  const cases = matches.map((match) => match.case);
  return {
    status: hasModel ? 451 : 403,
    body: {
      code: action === "deny" ? "OMLA_LISTED" : "OMLA_REVIEW",
      message,
      details: { reason, cases, sequence },
      hint,
      request_id: null,
    },
  };
}

function listed({ matches, reason }: Verdict): string {
  return matches.length === 0
    ? reason
    : matches.map((match) => `${match.reason} since ${match.since.slice(0, 10)}, case ${match.case}`).join("; ");
}
