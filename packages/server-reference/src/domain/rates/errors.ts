import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const rateErrors = {
  RATE_DATE: { status: 422, hint: "Name the next quarter or a later one." },
  RATE_EXISTS: { status: 409, hint: "Decided rates stay; name a later quarter." },
} as const;

export const rateError: ErrorRaiser<keyof typeof rateErrors> = errorsOf(rateErrors);
