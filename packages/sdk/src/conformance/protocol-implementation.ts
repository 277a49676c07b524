import {
  allocate,
  assertLineage,
  assertPublicKey,
  canonicalize,
  checkSidecar,
  computeReport,
  computeRoyalty,
  decodeAddress,
  documentMessage,
  dueQuarters,
  encodeAddress,
  formatTimestamp,
  fromBase64,
  fromHex,
  keyId,
  keyPairFromSecretKey,
  lineageGraph,
  nextQuarter,
  parseStrictJson,
  parseTimestamp,
  parseUsd,
  passesPrecheck,
  payoutAmounts,
  planRegistration,
  previousQuarter,
  quarterEnd,
  quarterStart,
  type Refusal,
  resolveHosterFork,
  resolvePayoutCurrency,
  resolveSplits,
  settleAmount,
  signDocument,
  signedBody,
  tickCompliance,
  toHex,
  verify,
  verifyBlacklist,
  verifyDocument,
  verifyHeartbeat,
  verifyLegacyRegistration,
  walkKeysets,
} from "../protocol/index.ts";
import { readAnyDocument } from "./document-readers.ts";
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
  readDocument: ({ type, document }) => readAnyDocument(type, document),
  verifyLegacyRegistration: ({ document }) => verifyLegacyRegistration(document as never),
  readSecretKey: async ({ secret_key }) => (await keyPairFromSecretKey(secret_key)).publicKey,
  readPublicKey: ({ public_key }) => keyId(assertPublicKey(public_key)),
  passesPrecheck: ({ public_key, signature }) => {
    const [key, signed] = [fromBase64(public_key), fromBase64(signature)];
    return key !== undefined && signed !== undefined && passesPrecheck(key, signed);
  },
  verifySignature: ({ public_key, message_hex, signature }) => verify(signature, bytes(fromHex(message_hex)), public_key),
  parseAmount: ({ text }) => String(parseUsd(text)),
  parseQuarter: ({ text }) => ({
    start: formatTimestamp(quarterStart(text)),
    end: formatTimestamp(quarterEnd(text)),
    previous: previousQuarter(text),
    next: nextQuarter(text),
  }),
  parseTimestamp: ({ text }) => parseTimestamp(text).getTime() / 1000,
  computeRoyalty,
  computeReport: ({ entries, rates, limits }) => computeReport(entries, (model) => rates[model] ?? "", limits),
  allocate: ({ total, receivers }) => {
    const parts = allocate(
      BigInt(total),
      receivers.map(({ id, weight }) => ({ id, weight: BigInt(weight) })),
    );
    return parts.map(({ id, amount }) => ({ id, amount: String(amount) }));
  },
  resolveSplits,
  assertLineage,
  lineageGraph,
  planRegistration: ({ draft, models, lineage_policy, rails }) => {
    const { ok, faults } = planRegistration(draft, models, lineage_policy, {}, rails && ((wallet) => rails[wallet]));
    return { ok, faults: faults.map(({ severity, code, path }) => ({ severity, code, path })) };
  },
  resolveHosterFork,
  resolvePayoutCurrency,
  settleAmount,
  payoutAmounts,
  tickCompliance,
  dueQuarters: ({ now, ...duty }) => dueQuarters(duty, now),
  verifyBlacklist: async ({ raw_base64, now, max_bytes, ...options }) => {
    const limits = max_bytes === undefined ? {} : { maxBytes: max_bytes };
    return accepted(await verifyBlacklist(bytes(fromBase64(raw_base64)), { ...options, ...limits, now: parseTimestamp(now) })).state;
  },
  walkKeysets: async ({ previous, files_base64, now }) => {
    const files = files_base64.map((file) => bytes(fromBase64(file)));
    const { trusted, prior } = accepted(await walkKeysets(previous, files, { now: parseTimestamp(now) }));
    return { ...trusted, heartbeat_keys: trusted.heartbeat_keys ?? [], sequence: prior?.sequence ?? null };
  },
  verifyHeartbeat: async ({ raw_base64, now, ...options }) =>
    accepted(await verifyHeartbeat(bytes(fromBase64(raw_base64)), { ...options, now: parseTimestamp(now) })).effect,
  checkSidecar: async ({ text, ...context }) => {
    const { verdict, faults } = await checkSidecar(text, context);
    return { verdict, faults: faults.map(({ code, path }) => (path === undefined ? { code } : { code, path })) };
  },
};

/** The bytes of a case; a case whose text is no hex or base64 is malformed, and not a refusal. */
function bytes(decoded: Uint8Array | undefined): Uint8Array {
  if (!decoded) throw new TypeError("the bytes of the case are not hex or base64");
  return decoded;
}

/** What a reader accepted; what it refused is thrown. */
function accepted<T extends { readonly ok: true }>(verdict: T | Refusal): T {
  if (!verdict.ok) throw verdict.error;
  return verdict;
}
