import { checkSidecar, type OmlaError, type SidecarVerdict } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import { findRecord, type RegistryRecord } from "./repository.ts";

export interface SidecarQuestion {
  readonly sidecar: string | Readonly<Record<string, unknown>>;
  readonly page?: string | undefined;
  readonly sha256?: readonly string[] | undefined;
}

interface Fault {
  readonly code: string;
  readonly message: string;
  readonly path: string | null;
  readonly hint: string | null;
}

export interface SidecarAnswer extends Pick<SidecarVerdict, "verdict" | "checks" | "digest"> {
  readonly faults: Fault[];
  readonly model_id: string | null;
  /** How the model stands here. */
  readonly state: string | null;
}

/**
 * What the protocol says of a sidecar, held against this registry. Whatever was sent, the answer is a verdict, never a refusal.
 *
 * @see docs/spec/8-sidecar.md clause 8.3
 */
export async function validateSidecar(ctx: AppContext, { sidecar, page, sha256 }: SidecarQuestion): Promise<SidecarAnswer> {
  const record = await recordOf(ctx, sidecar);
  const { verdict, checks, faults, digest } = await checkSidecar(sidecar, { record, location: page, sha256 });
  return {
    verdict,
    checks,
    digest,
    faults: faults.map(shown),
    model_id: record?.model_id ?? null,
    state: record?.state ?? null,
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The model that a sidecar names, as it is registered here; null where it names none of ours. */
async function recordOf(ctx: AppContext, sidecar: SidecarQuestion["sidecar"]): Promise<RegistryRecord | null> {
  const named = typeof sidecar === "string" ? parsed(sidecar) : sidecar;
  const modelId = (named as { model_id?: unknown } | null | undefined)?.model_id;
  return typeof modelId === "string" && UUID.test(modelId) ? ctx.db.service((tx) => findRecord(tx, modelId)) : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function shown({ code, message, path, hint }: OmlaError): Fault {
  return { code, message, path: path ?? null, hint: hint ?? null };
}
