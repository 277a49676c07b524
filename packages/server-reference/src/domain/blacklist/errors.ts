import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const blacklistErrors = {
  LIST_MISSING: { status: 404, hint: "Publish one with omla-server publish-blacklist." },
  KEYSET_MISSING: { status: 404, hint: "Keysets are numbered from 1; the newest is named at /.well-known/omla." },
  HEARTBEAT_MISSING: { status: 404, hint: "A heartbeat is published where OMLA_HEARTBEAT_KEY_FILE is set." },
  SIGNING_KEY_MISSING: { status: 409, hint: "Set OMLA_SIGNING_KEY_FILE: readers refuse an unsigned list after a signed one." },
  SIGNING_KEY_UNKNOWN: { status: 409, hint: "Publish a keyset that holds this key, signed by the keys of the one before, first." },
  LIST_SELF_CHECK: { status: 500, hint: "Nothing was published; the last list stays. Look at the log." },
} as const;

export const blacklistError: ErrorRaiser<keyof typeof blacklistErrors> = errorsOf(blacklistErrors);
