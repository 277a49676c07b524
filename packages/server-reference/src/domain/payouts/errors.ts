import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const payoutErrors = {
  QUARTER_NOT_ENDED: { status: 422, hint: "Pay out a quarter after its last day." },
  PAYOUT_RUNNING: { status: 409, hint: "Wait until the other runner is done, or until its lease ends if it crashed; then start again." },
  PAYOUT_STOPPED: { status: 409, hint: "Find out at the rail what became of the transfer, then go on with --resume." },
  PAYOUT_UNBALANCED: { status: 409, hint: "Nothing was written. Compare the ledger with the distributions before anything is paid." },
  TERMS_CHANGED: { status: 409, hint: "Find out who changed what was in force at the end of the quarter; nothing was planned." },
  RUN_UNKNOWN: { status: 404, hint: "List the runs with GET /functions/v1/payouts." },
  RUN_ENDED: {
    status: 409,
    hint: "What a closed run has sent comes back by a reversal or a return; what it has not sent is in the next run.",
  },
  CANCEL_NEEDS_TWO: { status: 409, hint: "Propose it at /admin/v1/payouts/<run>/cancel; a second member of the board approves it." },
  TRANSFER_OPEN: { status: 409, hint: "Nothing was cancelled. Find out with omla-server payout --execute, then cancel again." },
  REPORT_NOT_PAYABLE: { status: 409, hint: "A line is paid out once it is funded, cleared, not held, and not distributed." },
  TRANSFER_UNKNOWN: { status: 404, hint: "Name a transfer of this registry by its id." },
  TRANSFER_STATE: { status: 409, hint: "Look at the transfer first: it has moved on already." },
  REVERSAL_TOO_LARGE: { status: 409, hint: "What is reversed of a transfer is at most its amount." },
} as const;

export const payoutError: ErrorRaiser<keyof typeof payoutErrors> = errorsOf(payoutErrors);
