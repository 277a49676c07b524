import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const documentErrors = {
  ISSUED_IN_FUTURE: { status: 422, hint: "Set the clock of the signing machine, and sign again." },
  DOCUMENT_TYPE: { status: 422, hint: "Send the kind of document that this action takes; see /schemas/." },
  PRIVATE_MISMATCH: { status: 422, hint: "private_sha256 is the SHA-256 of the canonical JSON of what is sent beside the document." },
  PRIVATE_UNEXPECTED: { status: 422, hint: "Only a registration and a change of a wallet's rail have private data." },
} as const;

export const documentError: ErrorRaiser<keyof typeof documentErrors> = errorsOf(documentErrors);
