import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const companyErrors = {
  CONFIRMATION_INVALID: { status: 422, hint: "Use the token of the newest mail; it is good for a week." },
  API_KEY_NOT_FOUND: { status: 404, hint: "List the keys with /functions/v1/list-api-keys." },
  API_KEY_IN_USE: { status: 409, hint: "Revoke it with another key, so that you do not lock yourself out." },
} as const;

export const companyError: ErrorRaiser<keyof typeof companyErrors> = errorsOf(companyErrors);
