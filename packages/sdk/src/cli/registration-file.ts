import { readFileSync, writeFileSync } from "node:fs";
import { quoteDecimals } from "../client/exact-json.ts";
import type { PrivateBeside } from "../client/signed-call.ts";
import { canonicalize } from "../protocol/canonical-json.ts";
import { privateDigest } from "../protocol/documents/private-part.ts";
import { buildRegistration, type Registration } from "../protocol/documents/registration.ts";
import { signDocument } from "../protocol/documents.ts";
import type { Draft } from "../protocol/document-draft.ts";
import { OmlaError } from "../protocol/errors.ts";
import type { KeyPair } from "../protocol/keys.ts";
import { parseStrictJson } from "../protocol/strict-json.ts";
import { readTextFile } from "./limited-file.ts";

/** What a creator edits: a registration without what the machine adds, and beside it what stays private. */
export type RegistrationDraftFile = Omit<Draft<Registration>, "issued_at" | "ed25519_pubkey" | "private_sha256"> & {
  readonly private?: { readonly rail_identifier?: string; readonly contact_email?: string };
};

/** A signed registration with what travels beside it, as it is kept next to its draft. */
export interface SignedRegistration {
  readonly document: Registration;
  readonly private: PrivateBeside;
}

const MAX_BYTES = 1024 * 1024;

/** Reads a draft; numbers of weights and percentages may stand bare. @throws {OmlaError} JSON_INVALID */
export async function readDraft(path: string): Promise<RegistrationDraftFile> {
  return readObject(await readTextFile(path, MAX_BYTES), path) as unknown as RegistrationDraftFile;
}

function readObject(text: string, path: string): Record<string, unknown> {
  try {
    // A weight such as 0.4 is taken digit by digit, as strings are.
    const value = parseStrictJson(quoteDecimals(text));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch (cause) {
    if (cause instanceof OmlaError)
      throw new OmlaError("JSON_INVALID", `${path}: ${cause.message}`, { path: cause.path, hint: cause.hint, cause });
    throw cause;
  }
  throw new OmlaError("JSON_INVALID", `${path} is not a JSON object`, { hint: "`omla init` writes a draft to begin with." });
}

/** Where the signed form of a draft is kept. */
export function signedPath(draftPath: string): string {
  return `${draftPath.replace(/\.json$/i, "")}.signed.json`;
}

/**
 * Signs a draft and keeps the result beside it, before it is sent: when the answer gets lost, the same document goes out again.
 *
 * @param origin the registry for which alone the document is valid
 */
export async function signDraft(
  draft: RegistrationDraftFile,
  path: string,
  origin: string,
  pair: KeyPair,
  now: Date,
): Promise<SignedRegistration> {
  const { private: given = {}, ...fields } = draft;
  const kept = readKept(path);
  const salt = kept?.private.salt ?? crypto.randomUUID() + crypto.randomUUID();
  const filled = Object.entries(given).filter(([, text]) => text !== undefined && text !== "");
  const part = { ...Object.fromEntries(filled), salt };
  const build = async (issued_at: string | Date): Promise<Registration> =>
    buildRegistration({
      ...fields,
      registry: origin,
      ed25519_pubkey: pair.publicKey,
      private_sha256: await privateDigest(part),
      issued_at,
    });
  if (kept !== undefined && isSame(kept.document, await build(kept.document.issued_at))) return kept;
  const document = (await signDocument("registration", await build(now), pair.secretKey)) as Registration;
  const signed = { document, private: part };
  writeFileSync(path, `${JSON.stringify(signed, undefined, 2)}\n`, { mode: 0o600 });
  return signed;
}

function isSame({ registration_signature: _, ...kept }: Registration, built: Registration): boolean {
  return canonicalize(kept) === canonicalize(built);
}

function readKept(path: string): SignedRegistration | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as SignedRegistration;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new OmlaError("JSON_INVALID", `${path} cannot be read`, { hint: "Move it away: it is written again.", cause: error });
  }
}
