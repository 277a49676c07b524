import type { BothRegistries } from "./both-registries.ts";
import { signedInMember } from "../../../server-reference/test/helpers/board.ts";

/** The board of both registries, which ends cases without consequence. */
export interface Decider {
  /** @returns false where it is closed already, in both */
  rejectDispute(ids: readonly [string, string]): Promise<boolean>;
  waiveAudit(ids: readonly [string, string]): Promise<boolean>;
}

const RESOLUTION = "Nothing is missing.";

export async function approvedMember({ kit, server }: BothRegistries): Promise<Decider> {
  const decide = async (path: string, decision: string, ours: () => void): Promise<boolean> => {
    const { token } = await signedInMember(server, "reviewer");
    // Signing in takes a moment, which the kit has no need of.
    server.clock.set(kit.clock.now());
    const answer = await server.post(path, { decision, resolution: RESOLUTION }, token);
    const refused = closedIn(ours);
    if (refused !== (answer.statusCode === 409)) throw new Error(`${path}: ${answer.body}, the kit refused: ${refused}`);
    return !refused;
  };
  return {
    rejectDispute: ([ours, theirs]) => decide(`/admin/v1/disputes/${theirs}/decide`, "reject", () => kit.rejectDispute(ours, RESOLUTION)),
    waiveAudit: ([ours, theirs]) => decide(`/admin/v1/audits/${theirs}/decide`, "waive", () => kit.waiveAudit(ours, RESOLUTION)),
  };
}

function closedIn(call: () => void): boolean {
  try {
    call();
    return false;
  } catch (error) {
    if ((error as { code?: string }).code === "CASE_CLOSED") return true;
    throw error;
  }
}
