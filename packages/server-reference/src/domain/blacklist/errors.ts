import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const blacklistErrors = {
  LIST_MISSING: { status: 404, hint: "Publish one with omla-server publish-blacklist." },
  KEYSET_MISSING: { status: 404, hint: "Keysets are numbered from 1; the newest is named at /.well-known/omla." },
  HEARTBEAT_MISSING: { status: 404, hint: "A heartbeat is published where OMLA_HEARTBEAT_KEY_FILE is set." },
  SIGNING_KEY_MISSING: {
    status: 409,
    hint: "Readers refuse an unsigned list after a signed one: set OMLA_SIGNING_KEY_FILE, or sign offline with omla-server blacklist propose.",
  },
  SIGNING_KEY_UNKNOWN: { status: 409, hint: "Publish a keyset that holds this key, signed by the keys of the one before, first." },
  PROPOSAL_UNKNOWN: { status: 404, hint: "Import the file that omla-server blacklist propose or keyset propose wrote, unchanged." },
  PROPOSAL_FORM: {
    status: 422,
    hint: "Take the file exactly as it was written: canonical JSON of one list or keyset, without signatures.",
  },
  PROPOSAL_CLOSED: { status: 409, hint: "Propose again, and have the new file signed." },
  PROPOSAL_STALE: { status: 409, hint: "Propose again, and have the new file signed." },
  SIGNER_UNKNOWN: { status: 422, hint: "Only the list keys of the keyset in force sign lists; for a keyset, also its own." },
  PROPOSAL_SIGNATURE: { status: 422, hint: "The signature belongs to another file or key: sign this very file again." },
  SIGNATURE_OPTION: { status: 422, hint: "Write a signature as the signer printed it: ed25519:<16 hex digits>:<88 characters of base64>." },
  LIST_SELF_CHECK: { status: 500, hint: "Nothing was published; the last list stays. Look at the log." },
} as const;

export const blacklistError: ErrorRaiser<keyof typeof blacklistErrors> = errorsOf(blacklistErrors);
