import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const reportErrors = {
  MODEL_NOT_FOUND: {
    status: 422,
    hint: "Name a registered model by its address, its id or the hash of its weights; look it up with verify_by_hash.",
  },
  QUARTER_NOT_BEGUN: { status: 422, hint: "File for the running quarter or an earlier one." },
  REPORT_EXISTS: { status: 409, hint: "To change what was filed, send the whole report to /functions/v1/amend-report." },
  REPORT_UNKNOWN: { status: 404, hint: "File the first version with /functions/v1/submit-report." },
  REPORT_UNCHANGED: { status: 409, hint: "Nothing differs from the latest version; there is nothing to amend." },
  REPORTING_FROM: { status: 422, hint: "Name the reported quarter or an earlier one; the duty never begins later than it already does." },
} as const;

export const reportError: ErrorRaiser<keyof typeof reportErrors> = errorsOf(reportErrors);
