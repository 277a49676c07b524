import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const certificateErrors = {
  QUARTER_NOT_ENDED: { status: 422, hint: "Ask again after the last day of the quarter." },
  CERTIFICATE_KEY_MISSING: { status: 409, hint: "This registry holds no signing key; its operator sets OMLA_SIGNING_KEY_FILE." },
} as const;

export const certificateError: ErrorRaiser<keyof typeof certificateErrors> = errorsOf(certificateErrors);
