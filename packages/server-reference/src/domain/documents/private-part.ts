import { canonicalize, privateDigest, readPrivatePart } from "@omla/sdk/protocol";
import { documentError } from "./errors.ts";

/**
 * Canonical JSON of what travelled beside a document, once it is what the document commits to.
 *
 * @throws {OmlaError} DOCUMENT_SCHEMA | PRIVATE_MISMATCH | PRIVATE_UNEXPECTED, with the path below `private`
 * @see docs/spec/3-identity.md clause 3.28
 */
export async function checkPrivate(part: object | undefined, committed: string | undefined): Promise<string | null> {
  if (part === undefined) return null;
  if (committed === undefined) throw documentError("PRIVATE_UNEXPECTED", "The document commits to no private data.", "private");
  readPrivatePart(part, "private");
  if ((await privateDigest(part)) !== committed)
    throw documentError("PRIVATE_MISMATCH", "The private data is not what the document commits to.", "private");
  return canonicalize(part);
}
