import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const boardErrors = {
  BOARD_MEMBER_NOT_FOUND: { status: 404, hint: 'List the members with "omla-server board list".' },
  EMAIL_INVALID: { status: 400, hint: "Write it as name@example.org." },
  SIGN_IN_REFUSED: {
    status: 401,
    hint: "Wait for the next code: each counts once. After five wrong codes in a row the member waits; the operator resets with omla-server board reset.",
  },
  PROOF_NEEDED: { status: 403, hint: "Send a new code to /admin/v1/prove; it counts for five minutes." },
  ROLE_NEEDED: { status: 403, hint: "A member with the role payout must do this: omla-server board role EMAIL payout." },
  CROSS_SITE: { status: 403, hint: "Send it from a page of this registry, with the header x-omla-board: 1." },
} as const;

export const boardError: ErrorRaiser<keyof typeof boardErrors> = errorsOf(boardErrors);
