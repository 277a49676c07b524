/**
 * The points at which a run can be killed, in the order in which it passes them; a run that is cancelled passes the last ones. Each is named once in the code;
 * the crash matrix kills a process at every one, and holds this table against the code.
 */
export const STEPS = [
  "plan.locked",
  "plan.run-written",
  "plan.lines-written",
  "plan.orders-posted",
  "plan.payments-written",
  "plan.document-stored",
  "plan.committed",
  "send.claimed",
  "send.claim-committed",
  "send.answered",
  "record.written",
  "record.committed",
  "fail.written",
  "fail.committed",
  "recover.unknown-marked",
  "recover.looked-up",
  "recover.resend-claimed",
  "close.reconciled",
  "close.batch-written",
  "close.committed",
  "cancel.locked",
  "cancel.transfers-written",
  "cancel.run-written",
  "cancel.committed",
] as const;

export type StepName = (typeof STEPS)[number];

/** Told of each point as it is passed. */
export type Step = (name: StepName) => Promise<void> | void;

export const noStep: Step = () => {};
