import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const complaintErrors = {
  TARGET_UNKNOWN: { status: 422, hint: "Name a model by address, id or weight hash, or a company by its id." },
} as const;

export const complaintError: ErrorRaiser<keyof typeof complaintErrors> = errorsOf(complaintErrors);
