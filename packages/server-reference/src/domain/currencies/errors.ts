import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const currencyErrors = {
  CURRENCY_UNKNOWN: { status: 422, hint: "Name currencies of /rest/v1/currency_registry." },
  CURRENCY_DUPLICATE: { status: 422, hint: "Name each currency, and each pair of a fee, once." },
  FEE_RANGE: { status: 422, hint: "A conversion fee is 0 to 50 percent with at most six places." },
  FX_RATE_MISSING: { status: 422, hint: "Post a rate with omla-server rates post CODE RATE --source TEXT." },
  FX_RATE_OLD: { status: 422, hint: "Post a rate that is at most 72 hours old." },
} as const;

export const currencyError: ErrorRaiser<keyof typeof currencyErrors> = errorsOf(currencyErrors);
