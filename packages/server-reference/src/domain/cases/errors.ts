import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

/** What disputes and audits refuse alike. */
export const caseErrors = {
  PARTY_NEEDED: { status: 401, hint: "Send the company's live API key, or the session of sign-in with the key of a creator or hoster." },
  REPORT_NOT_FOUND: { status: 404, hint: "Name a line of your own, or one through which a wallet of yours is paid, by its report_id." },
  CASE_NOT_FOUND: { status: 404, hint: "List your cases with GET /functions/v1/disputes or /functions/v1/audits." },
  CASE_CLOSED: { status: 409, hint: "It is decided. Another version of the line can be disputed anew." },
  CASE_EXISTS: { status: 409, hint: "There is one case per line and party; wait for the board's decision." },
  CASES_TOO_MANY: { status: 429, hint: "Wait until the board has decided some of the open ones." },
  LINE_CLOSED: { status: 409, hint: "The line was replaced or rejected: name the line of the latest version." },
  LINE_TEST: { status: 422, hint: "Lines that were filed with a test key are never paid, so there is nothing to hold." },
  FIGURES_UNCHANGED: { status: 422, hint: "Propose at least one figure that differs from the line's; a nil line needs none changed." },
  FIGURES_BELOW_DECISION: {
    status: 409,
    hint: "The board decided this line: dispute it with lower figures and evidence, instead of amending it.",
  },
  EVIDENCE_TYPE: {
    status: 422,
    hint: "Send PDF, PNG, JPEG, CSV, JSON or plain text in UTF-8, under the media type that the content really has.",
  },
  EVIDENCE_ENCODING: { status: 422, hint: "Send the file's bytes in standard base64, with padding and without line breaks." },
  EVIDENCE_TOO_MUCH: {
    status: 422,
    hint: "Send at most 10 files at a time, and 20 for one case: put what belongs together into one file.",
  },
} as const;

export const caseError: ErrorRaiser<keyof typeof caseErrors> = errorsOf(caseErrors);
