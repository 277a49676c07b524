import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const modelErrors = {
  ISSUED_IN_FUTURE: { status: 422, hint: "Set the clock of the signing machine, and sign again." },
  PRIVATE_MISMATCH: { status: 422, hint: "private_sha256 is the SHA-256 of the canonical JSON of what is sent beside the document." },
  MODEL_NOT_FOUND: { status: 404, hint: "Look the model up with verify_by_hash or by its address." },
} as const;

export const modelError: ErrorRaiser<keyof typeof modelErrors> = errorsOf(modelErrors);
