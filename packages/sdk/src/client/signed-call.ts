import { DOCUMENT_TYPES, documentDigest, type DocumentType } from "../protocol/documents.ts";
import type { PrivatePart } from "../protocol/documents/private-part.ts";
import type { CallOptions } from "./call.ts";
import { asInputError, OmlaInputError } from "./errors.ts";
import type { Registry } from "./registry.ts";

/** What travels beside a document and is not public; the document carries only its digest. */
export type PrivateBeside = Partial<PrivatePart> & Pick<PrivatePart, "salt">;

export interface SignedCallOptions extends CallOptions {
  readonly private?: PrivateBeside | undefined;
}

/**
 * Sends a signed document. The same document twice is one: its digest is the idempotency key.
 *
 * @param types what the action takes; the document's `spec` says which of them it is
 * @throws {OmlaInputError} DOCUMENT_SCHEMA | CANONICAL_JSON | SIGNATURE_MEMBER before anything is sent
 */
export async function sendSigned(
  registry: Registry,
  action: string,
  types: readonly DocumentType[],
  document: object,
  { private: beside, ...call }: SignedCallOptions = {},
): Promise<unknown> {
  const { spec } = document as { spec?: unknown };
  const type = types.find((candidate) => spec === `omla-${candidate}/1`);
  if (type === undefined) {
    throw new OmlaInputError("DOCUMENT_SCHEMA", `${action} takes a document of ${types.map((known) => `omla-${known}/1`).join(" or ")}`, {
      path: "spec",
      hint: "Build it with the function of @omla/sdk/protocol that has its name, and sign it with signDocument.",
    });
  }
  if (!(DOCUMENT_TYPES[type][0] in document)) {
    throw new OmlaInputError("SIGNATURE_INVALID", "the document is not signed", {
      path: DOCUMENT_TYPES[type][0],
      hint: "Sign it with signDocument.",
    });
  }
  const digest = await documentDigest(type, document).catch((error: unknown) => {
    throw asInputError(error);
  });
  const body = { document, ...(beside === undefined ? {} : { private: beside }) };
  return registry.act(action, body, { ...call, idempotencyKey: `${action}-${digest}` });
}
