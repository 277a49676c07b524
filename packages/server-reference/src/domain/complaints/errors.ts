import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const complaintErrors = {
  TARGET_UNKNOWN: { status: 422, hint: "Name a model by address, id or weight hash, or a company by its id." },
  EVIDENCE_MISSING: { status: 422, hint: "An appeal goes with evidence: links to what shows that the listing is wrong." },
  APPEAL_NOT_LISTED: { status: 422, hint: "Only who is blacklisted appeals; file a complaint of another reason." },
  COMPLAINT_OPEN: { status: 409, hint: "Wait until it is decided; /functions/v1/complaint-status answers by its receipt." },
  COMPLAINT_NOT_FOUND: { status: 404, hint: "Copy the receipt or the id again." },
  COMPLAINT_CLOSED: { status: 409, hint: "It was decided before; look at its status." },
} as const;

export const complaintError: ErrorRaiser<keyof typeof complaintErrors> = errorsOf(complaintErrors);
