import { canonicalize } from "../protocol/canonical-json.ts";
import { type DocumentType, verifyDocument } from "../protocol/documents.ts";
import { privateDigest, readPrivatePart } from "../protocol/documents/private-part.ts";
import { parseTimestamp } from "../protocol/timestamp.ts";
import { Refusal, type State } from "./state.ts";

const SKEW_MS = 300_000;

/** A document whose signature holds. */
export interface Verified<T> {
  readonly document: T;
  readonly digest: string;
  readonly signer: string;
}

interface SentDocument {
  readonly registry: string;
  readonly issued_at: string;
}

/** What of a request's body is a document of one of the types that an action takes. */
export function documentOf<T extends DocumentType>(
  body: Readonly<Record<string, unknown>>,
  types: readonly T[],
): { type: T; sent: Record<string, unknown> } {
  const { document } = body;
  if (typeof document !== "object" || document === null)
    throw new Refusal(400, "INPUT_INVALID", "a document is expected", { path: "document" });
  const sent = document as Record<string, unknown>;
  const type = types.find((candidate) => sent["spec"] === `omla-${candidate}/1`);
  if (type === undefined) throw new Refusal(422, "DOCUMENT_TYPE", `this action takes ${types.join(" or ")}`, { path: "document.spec" });
  return { type, sent };
}

/** Verifies a document by one of the keys that may sign it. */
export async function verifyByOne<T>(type: DocumentType, document: T & object, keys: readonly string[]): Promise<Verified<T>> {
  let refusal: unknown = new Refusal(403, "SIGNATURE_INVALID", "no key is registered that could sign for this model", { path: "model_id" });
  for (const signer of keys) {
    try {
      return { document, digest: (await verifyDocument(type, document, signer)).digest, signer };
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
}

/** Refuses a document from the future. */
export function checkIssued(state: State, { issued_at }: Pick<SentDocument, "issued_at">): void {
  if (parseTimestamp(issued_at).getTime() <= state.clock.now().getTime() + SKEW_MS) return;
  throw new Refusal(422, "ISSUED_IN_FUTURE", `the document was issued at ${issued_at}`, {
    path: "document.issued_at",
    hint: "Set the clock of the signing machine, and sign again.",
  });
}

/** Takes a verified document in once: it is meant for this registry, and new. What travelled beside it is what it commits to. */
export async function takeDocument(
  state: State,
  document: SentDocument,
  digest: string,
  part: unknown,
  committed: string | undefined,
): Promise<void> {
  if (part !== undefined) await checkPrivate(part, committed);
  if (document.registry !== state.origin) {
    throw new Refusal(422, "REGISTRY_MISMATCH", `the document is meant for ${document.registry}`, {
      path: "registry",
      details: { origin: state.origin },
    });
  }
  if (state.documents.has(digest)) throw new Refusal(409, "DOCUMENT_EXISTS", "this document was accepted before", { details: { digest } });
}

async function checkPrivate(part: unknown, committed: string | undefined): Promise<void> {
  if (committed === undefined) throw new Refusal(422, "PRIVATE_UNEXPECTED", "the document commits to no private data", { path: "private" });
  readPrivatePart(part, "private");
  if ((await privateDigest(part as object)) === committed) return;
  throw new Refusal(422, "PRIVATE_MISMATCH", "the private data is not what the document commits to", { path: "private" });
}

/** Canonical text of a body, by which two calls are the same. */
export function contentOf(body: unknown): string {
  return canonicalize(body ?? null);
}
