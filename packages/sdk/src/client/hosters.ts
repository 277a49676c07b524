import { expectMembers } from "./answer.ts";
import type { CallOptions } from "./call.ts";
import type { Registry } from "./registry.ts";
import { sendSigned } from "./signed-call.ts";

export interface HosterClaimStanding {
  readonly claim_id: string;
  readonly model_id: string;
  readonly verified: boolean;
}

export interface ReportedVolume {
  readonly claim_id: string;
  readonly quarter: string;
  readonly revision: number;
}

/** What the key of the session hosts, reported and earned. */
export interface HosterAccrual {
  readonly claim_id: string;
  readonly model_id: string;
  readonly model_name: string;
  readonly verified: boolean;
  readonly revoked: boolean;
  readonly volumes: readonly { readonly quarter: string; readonly inferences: number; readonly revision: number }[];
  readonly accrued_usd: string;
  readonly by_volume_usd: string;
  readonly settled_usd: string;
}

export interface Hosters {
  /** Claims to host a model, by a document that the hoster's key signed. */
  claim(document: object, options?: CallOptions): Promise<HosterClaimStanding>;
  /** Accepts or revokes a claim, by a document that the model's key signed. */
  verify(document: object, options?: CallOptions): Promise<HosterClaimStanding>;
  /** Reports a quarter's volume, by the hoster's key; open until 15 days after the quarter. */
  report(document: object, options?: CallOptions): Promise<ReportedVolume>;
  /** Needs a session of the hoster's key as `accessToken`. */
  accruals(options?: CallOptions): Promise<readonly HosterAccrual[]>;
}

const STANDING = { claim_id: "string", model_id: "string", verified: "boolean" } as const;

export function createHosters(registry: Registry): Hosters {
  return {
    claim: async (document, options) =>
      expectMembers<HosterClaimStanding>(
        await sendSigned(registry, "hoster-claim", ["hoster-claim"], document, options),
        STANDING,
        "the claim",
      ),
    verify: async (document, options) =>
      expectMembers<HosterClaimStanding>(
        await sendSigned(registry, "hoster-claim", ["hoster-verification"], document, options),
        STANDING,
        "the claim",
      ),
    report: async (document, options) =>
      expectMembers<ReportedVolume>(
        await sendSigned(registry, "hoster-report", ["hoster-report"], document, options),
        { claim_id: "string", quarter: "string", revision: "number" },
        "the volume report",
      ),
    accruals: async (options) => {
      const body = await registry.act("hoster-accruals", {}, { ...options, reads: true });
      return expectMembers<{ readonly accruals: readonly HosterAccrual[] }>(body, { accruals: "array" }, "the accruals").accruals;
    },
  };
}
