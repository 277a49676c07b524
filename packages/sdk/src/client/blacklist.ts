import { type VerifiedBlacklist, verifyBlacklist, type VerifyBlacklistOptions } from "../protocol/blacklist.ts";
import type { OmlaError } from "../protocol/errors.ts";
import { OmlaUnavailableError } from "./errors.ts";
import type { Registry } from "./registry.ts";
import type { CallOptions } from "./call.ts";

export interface BlacklistOptions extends CallOptions, Partial<Omit<VerifyBlacklistOptions, "now">> {}

const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Fetches the registry's blacklist and checks it against the keys that the caller pins.
 *
 * Without `keys` nothing can be checked and the list's state is ADVISORY. A gateway uses @omla/verifier, which keeps the last good list.
 *
 * @throws {OmlaUnavailableError} with the LIST_… code of the step that failed: the list that you hold stays in force
 * @see docs/spec/7-blacklist.md clause 7.26
 */
export async function fetchBlacklist(
  registry: Registry,
  now: () => Date,
  { keys = [], threshold, prior, maxBytes = MAX_BYTES, skewMs, ...call }: BlacklistOptions = {},
): Promise<VerifiedBlacklist> {
  const { bytes, requestId } = await registry.send({ method: "GET", path: "/api/blacklist.json", maxBytes, ...call });
  const verdict = await verifyBlacklist(bytes, {
    keys,
    now: now(),
    maxBytes,
    prior,
    ...(threshold === undefined ? {} : { threshold }),
    ...(skewMs === undefined ? {} : { skewMs }),
  });
  if (verdict.ok) return verdict;
  const { message, path, hint, details }: OmlaError = verdict.error;
  throw new OmlaUnavailableError(verdict.code, message, { path, hint, details, requestId, cause: verdict.error });
}
