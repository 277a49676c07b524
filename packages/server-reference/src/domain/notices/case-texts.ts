/** The notices of disputes, audits and webhooks. */
export type CaseNoticeKind =
  | "dispute-opened"
  | "dispute-closed"
  | "audit-requested"
  | "audit-answered"
  | "audit-overdue"
  | "audit-closed"
  | "webhook-disabled";

/** What a text needs of its notice. */
interface CaseFacts {
  readonly case_id?: string;
  readonly until?: string;
}

export interface CaseText {
  readonly subject: string;
  readonly text: (notice: CaseFacts, registry: string) => string;
}

const list = (registry: string, what: "disputes" | "audits"): string =>
  `See it with your key or session: ${registry}/functions/v1/${what}\n`;

/** What both sides are told; neither reads what the other wrote, only that the case stands there. */
export const CASE_TEXTS: Readonly<Record<CaseNoticeKind, CaseText>> = {
  "dispute-opened": {
    subject: "a usage report is disputed",
    text: ({ case_id }, registry) =>
      `Dispute ${case_id} was opened about a line of a usage report. Its payout waits until the board has decided.\n\n${list(registry, "disputes")}`,
  },
  "dispute-closed": {
    subject: "a dispute was decided",
    text: ({ case_id }, registry) => `Dispute ${case_id} is closed.\n\n${list(registry, "disputes")}`,
  },
  "audit-requested": {
    subject: "evidence is asked for",
    text: ({ case_id, until }, registry) =>
      `Audit ${case_id} asks for the evidence behind a line of a usage report. The company answers by ${until}; without an answer the line is disputed and its payout waits.\n\n${list(registry, "audits")}`,
  },
  "audit-answered": {
    subject: "an audit was answered",
    text: ({ case_id }, registry) => `Audit ${case_id} was answered; the board looks at the evidence.\n\n${list(registry, "audits")}`,
  },
  "audit-overdue": {
    subject: "an audit was not answered in time",
    text: ({ case_id }, registry) =>
      `Nobody answered audit ${case_id} in time: its line is disputed, and its payout waits. An answer is still taken.\n\n${list(registry, "audits")}`,
  },
  "audit-closed": {
    subject: "an audit was decided",
    text: ({ case_id }, registry) => `Audit ${case_id} is closed.\n\n${list(registry, "audits")}`,
  },
  "webhook-disabled": {
    subject: "a webhook was switched off",
    text: ({ case_id }, registry) =>
      `Your webhook endpoint ${case_id} has not taken a message for three days and was switched off. Register it again when it answers: ${registry}/functions/v1/register-webhook\n`,
  },
};
