import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const sessionErrors = {
  CHALLENGE_UNKNOWN: { status: 401, hint: "Ask for a new challenge: it is good once, for five minutes." },
  REGISTRY_MISMATCH: { status: 401, hint: "Sign for the origin that /.well-known/omla names." },
} as const;

export const sessionError: ErrorRaiser<keyof typeof sessionErrors> = errorsOf(sessionErrors);
