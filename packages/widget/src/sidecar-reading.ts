import { parseStrictJson, verifyDocument } from "@omla/sdk/protocol";
import { type Fetch, fetchText } from "./fetch-text.ts";

/** The members of a signed `omla.json` that a badge compares; their full form is the registry's and the validator's business. */
export interface Claim {
  readonly model_id: string;
  readonly pubkey: string;
  readonly wallet: string;
  readonly registry: string;
  readonly sha256: readonly string[];
  readonly locations: readonly string[];
}

/** A claim whose signature holds, or the state that says why there is none. */
export type SidecarReading = Claim | "unreadable" | "unsigned" | "mismatch_signature";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MAX_BYTES = 16 * 1024;

/** Fetches a sidecar and verifies it by the key that it names; undefined where there is none to be had. */
export async function fetchSidecar(fetch: Fetch, url: string): Promise<SidecarReading | undefined> {
  // "no-cache" asks with the ETag of the copy at hand: fresh, and without a body where nothing has changed.
  const text = await fetchText(fetch, url, { cache: "no-cache", referrerPolicy: "no-referrer" }, MAX_BYTES);
  return text === undefined ? undefined : readSidecar(text).catch(() => "unreadable" as const);
}

async function readSidecar(text: string): Promise<SidecarReading> {
  const claim = parseStrictJson(text) as unknown as Claim & { readonly spec: unknown; readonly signature?: string };
  const lists = [claim.sha256, claim.locations];
  if (claim.spec !== "omla-sidecar/1" || !UUID.test(claim.model_id) || !lists.every(Array.isArray)) return "unreadable";
  if (!claim.signature) return "unsigned";
  return verifyDocument("sidecar", text, claim.pubkey).then(
    () => claim,
    () => "mismatch_signature",
  );
}
