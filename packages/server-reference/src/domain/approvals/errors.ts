import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const approvalErrors = {
  ACTION_UNKNOWN: { status: 400, hint: "GET /admin/v1/actions lists what can be proposed." },
  APPROVAL_NOT_FOUND: { status: 404, hint: "GET /admin/v1/approvals lists the proposals." },
  APPROVAL_UNSEEN: { status: 409, hint: "Read the proposal again, and send the content_sha256 that it has." },
} as const;

export const approvalError: ErrorRaiser<keyof typeof approvalErrors> = errorsOf(approvalErrors);
