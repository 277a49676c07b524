import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const complianceErrors = {
  SUBJECT_NOT_FOUND: { status: 404, hint: "Name a model or a company by its id (a UUID)." },
} as const;

export const complianceError: ErrorRaiser<keyof typeof complianceErrors> = errorsOf(complianceErrors);
