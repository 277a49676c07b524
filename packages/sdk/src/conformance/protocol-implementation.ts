import {
  assertLineage,
  canonicalize,
  computeRoyalty,
  decodeAddress,
  documentMessage,
  encodeAddress,
  fromBase64,
  fromHex,
  keyPairFromSecretKey,
  parseStrictJson,
  parseTimestamp,
  parseUsd,
  payoutAmounts,
  resolveHosterFork,
  resolvePayoutCurrency,
  resolveSplits,
  signDocument,
  signedBody,
  tickCompliance,
  toHex,
  verifyBlacklist,
  verifyDocument,
} from "../protocol/index.ts";
import type { Implementation } from "./implementation.ts";

/** This package's own implementation of every operation. */
export const PROTOCOL: Required<Implementation> = {
  decodeAddress: (input) => {
    const { address, payload } = decodeAddress(input.address);
    return { address, payload_hex: toHex(payload) };
  },
  encodeAddress: ({ payload_hex }) => encodeAddress(bytes(fromHex(payload_hex))),
  canonicalizeText: ({ text }) => canonicalize(parseStrictJson(text)),
  documentMessage: async ({ type, document }) => {
    const body = signedBody(type, document);
    return { canonical: canonicalize(body), message_hex: toHex(await documentMessage(type, body)) };
  },
  signDocument: ({ type, document, secret_key }) => signDocument(type, document, secret_key),
  verifyDocument: ({ type, signed_document, public_key }) => verifyDocument(type, signed_document, public_key),
  readSecretKey: async ({ secret_key }) => (await keyPairFromSecretKey(secret_key)).publicKey,
  parseAmount: ({ text }) => String(parseUsd(text)),
  computeRoyalty,
  resolveSplits,
  assertLineage,
  resolveHosterFork,
  resolvePayoutCurrency,
  payoutAmounts,
  tickCompliance,
  verifyBlacklist: async ({ raw_base64, now, ...options }) => {
    const verdict = await verifyBlacklist(bytes(fromBase64(raw_base64)), { ...options, now: parseTimestamp(now) });
    if (!verdict.ok) throw verdict.error;
    return verdict.state;
  },
};

/** The bytes of a case; a case whose text is no hex or base64 is malformed, and not a refusal. */
function bytes(decoded: Uint8Array | undefined): Uint8Array {
  if (!decoded) throw new TypeError("the bytes of the case are not hex or base64");
  return decoded;
}
