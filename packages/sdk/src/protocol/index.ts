export { assertAddress, type DecodedAddress, decodeAddress, encodeAddress, isAddress } from "./address.ts";
export { concatBytes, equalBytes, fromBase64, fromHex, toBase64, toHex, utf8Decode, utf8Encode } from "./bytes.ts";
export { canonicalize, type JsonObject, type JsonValue, parseStrictJson, type StrictJsonLimits } from "./canonical-json.ts";
export {
  DOCUMENT_TYPES,
  documentDigest,
  documentMessage,
  type DocumentType,
  signDocument,
  signedBody,
  verifyDocument,
} from "./documents.ts";
export type { Ed25519BackendName } from "./ed25519-backend.ts";
export { passesPrecheck } from "./ed25519-precheck.ts";
export { type ErrorBody, OmlaError, type OmlaErrorOptions } from "./errors.ts";
export type { ProtocolCode } from "./hints.ts";
export { assertPublicKey, generateKeyPair, isPublicKey, type KeyPair, keyId, keyPairFromSecretKey } from "./keys.ts";
export { createSha256, type IncrementalHash, sha256, sha256Hex } from "./sha256.ts";
export { sign, verify } from "./signing.ts";
export { formatTimestamp, isTimestamp, parseTimestamp } from "./timestamp.ts";
