// Codes of signed documents and of sets within them.

export const CLAIM_DUPLICATE = ["CLAIM_DUPLICATE", "A hoster has one unrevoked claim per model; revoke or drop the other."] as const;
export const COMPLIANCE_STATE = [
  "COMPLIANCE_STATE",
  "Give one of the six states, and while it is UNDER_REVIEW the state under the review as previous_state.",
] as const;
export const CURRENCY_BACKUP = ["CURRENCY_BACKUP", "Mark exactly one currency preference as the backup; its kind is crypto."] as const;
export const DOCUMENT_SCHEMA = ["DOCUMENT_SCHEMA", "Compare the document with its schema under /schemas."] as const;
export const KEY_INVALID = [
  "KEY_INVALID",
  "A public key is 32 bytes in standard base64 (44 characters); a secret key is 32 bytes, or tweetnacl's 64.",
] as const;
export const PREFERENCE_DUPLICATE = ["PREFERENCE_DUPLICATE", "Name each currency once."] as const;
export const SIGNATURE_INVALID = ["SIGNATURE_INVALID", "Sign the exact document again with the key that it names."] as const;
export const SIGNATURE_MEMBER = [
  "SIGNATURE_MEMBER",
  'No top-level member but the type\'s own signature member may begin with "signature".',
] as const;
