import type { LineageLimits } from "../protocol/limits.ts";
import { expectMembers } from "./answer.ts";
import type { Registry } from "./registry.ts";
import type { CallOptions } from "./call.ts";

/** What a registry announces at `/.well-known/omla`. */
export interface RegistryFacts {
  /** Its origin, as signed documents name it. */
  readonly registry: string;
  readonly lineage_policy: "sequential" | "declared";
  /** Keys of the blacklist. Compare them with what you pinned; never pin them from here. */
  readonly keys: readonly unknown[];
  readonly threshold: number;
  readonly keyset_version: number;
  readonly license_version: string;
  /** Of the registry's software. */
  readonly version: string;
  /** Royalty rate by asset kind. */
  readonly rates: Readonly<Record<string, string>>;
  /** Of one lineage. */
  readonly limits?: LineageLimits;
  readonly as_of: string;
}

export async function fetchRegistryFacts(registry: Registry, options?: CallOptions): Promise<RegistryFacts> {
  const body = await registry.json({ method: "GET", path: "/.well-known/omla", ...options });
  return expectMembers<RegistryFacts>(
    body,
    { registry: "string", lineage_policy: "string", version: "string" },
    "the registry's description of itself",
  );
}
