import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const currencyErrors = {
  CURRENCY_UNKNOWN: { status: 422, hint: "Name currencies of /rest/v1/currency_registry." },
  CURRENCY_DUPLICATE: { status: 422, hint: "Name each currency, and each pair of a fee, once." },
  FEE_RANGE: { status: 422, hint: "A conversion fee is 0 to 50 percent with at most six places." },
  CURRENCY_EXISTS: { status: 409, hint: "Its scale cannot be changed; activate it where it was switched off." },
  FX_DRIFT_UNKNOWN: { status: 404, hint: "List the open flags first; another member may have looked at it." },
} as const;

export const currencyError: ErrorRaiser<keyof typeof currencyErrors> = errorsOf(currencyErrors);
