import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const companyErrors = {
  CONFIRMATION_INVALID: { status: 422, hint: "Use the token of the newest mail; it is good for a week." },
  SIGN_IN_TOKEN: { status: 401, hint: 'Ask for a new one with {"email": …}: a token is good once, for 15 minutes.' },
  EMAIL_UNCONFIRMED: {
    status: 403,
    hint: "Confirm the address by the token of the mail; /functions/v1/send-confirmation sends it again. A test key works without.",
  },
  API_KEY_NOT_FOUND: { status: 404, hint: "List the keys with /functions/v1/list-api-keys." },
  API_KEY_IN_USE: { status: 409, hint: "Revoke it with another key, so that you do not lock yourself out." },
} as const;

export const companyError: ErrorRaiser<keyof typeof companyErrors> = errorsOf(companyErrors);
