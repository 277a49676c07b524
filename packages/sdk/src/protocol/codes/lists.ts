// Codes of the signed files: blacklist, keyset, heartbeat.

export const CONFIG_KEYS = ["CONFIG_KEYS", "Pin public keys of 44 base64 characters, and a threshold between 1 and their number."] as const;
export const HEARTBEAT_EXPIRED = [
  "HEARTBEAT_EXPIRED",
  "Fetch the heartbeat again; while there is none, the list ages by its own dates.",
] as const;
export const HEARTBEAT_MISMATCH = [
  "HEARTBEAT_MISMATCH",
  "Fetch list and heartbeat again; if they still differ, report both to the association.",
] as const;
export const HEARTBEAT_NOT_YET_VALID = ["HEARTBEAT_NOT_YET_VALID", "The heartbeat counts for nothing; set this machine's clock."] as const;
export const HEARTBEAT_ROLLBACK = ["HEARTBEAT_ROLLBACK", "The newer heartbeat stays in use; an old file was served again."] as const;
export const HEARTBEAT_SCHEMA = ["HEARTBEAT_SCHEMA", "The heartbeat counts for nothing; tell the publisher which field is named."] as const;
export const HEARTBEAT_SIGNATURE = [
  "HEARTBEAT_SIGNATURE",
  "The heartbeat counts for nothing; pin the heartbeat keys of the newest keyset.",
] as const;
export const KEYSET_EXPIRED = ["KEYSET_EXPIRED", "The pinned keys stay in use; ask the association for a newer keyset."] as const;
export const KEYSET_SCHEMA = ["KEYSET_SCHEMA", "The pinned keys stay in use; tell the publisher which field is named."] as const;
export const KEYSET_SIGNATURE = [
  "KEYSET_SIGNATURE",
  "The pinned keys stay in use; the file was changed, or signed by a stranger.",
] as const;
export const KEYSET_STEPS = ["KEYSET_STEPS", "Pin the keys of a newer version by hand, or update this software."] as const;
export const KEYSET_THRESHOLD = ["KEYSET_THRESHOLD", "Sign the keyset with enough keys of the version before and of its own."] as const;
export const KEYSET_VERSION = ["KEYSET_VERSION", "Walk the keysets one by one, from the pinned version upwards."] as const;
export const LIST_CRITICAL = [
  "LIST_CRITICAL",
  "The last good list stays in use; update this software to one that knows the field.",
] as const;
export const LIST_DOWNGRADE = [
  "LIST_DOWNGRADE",
  "The last good list stays in use; an unchecked list never replaces a checked one.",
] as const;
export const LIST_EQUIVOCATION = [
  "LIST_EQUIVOCATION",
  "The list that came first stays in use; report both files to the association.",
] as const;
export const LIST_FORK = ["LIST_FORK", "The last good list stays in use; report both files to the association."] as const;
export const LIST_NOT_CANONICAL = [
  "LIST_NOT_CANONICAL",
  "The last good list stays in use; serve and store the file byte for byte, without reformatting.",
] as const;
export const LIST_NOT_UTF8 = [
  "LIST_NOT_UTF8",
  "The last good list stays in use; fetch again, and ask what stands between you and the registry.",
] as const;
export const LIST_NOT_YET_VALID = ["LIST_NOT_YET_VALID", "The last good list stays in use; set this machine's clock."] as const;
export const LIST_ROLLBACK = ["LIST_ROLLBACK", "The newer list stays in use; an old file was served again."] as const;
export const LIST_SCHEMA = ["LIST_SCHEMA", "The last good list stays in use; tell the publisher which field is named."] as const;
export const LIST_SIGNATURE = [
  "LIST_SIGNATURE",
  "The last good list stays in use; the file was changed, or signed by a stranger.",
] as const;
export const LIST_THRESHOLD = [
  "LIST_THRESHOLD",
  "The last good list stays in use; pin the keys that sign now, or walk the keysets to them.",
] as const;
export const LIST_TOO_LARGE = [
  "LIST_TOO_LARGE",
  "The last good list stays in use; raise maxBytes only if the publisher says that lists have grown.",
] as const;
