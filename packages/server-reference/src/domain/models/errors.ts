import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const modelErrors = {
  MODEL_NOT_FOUND: { status: 404, hint: "Look the model up with verify_by_hash or by its address." },
} as const;

export const modelError: ErrorRaiser<keyof typeof modelErrors> = errorsOf(modelErrors);
