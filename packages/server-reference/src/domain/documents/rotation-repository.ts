import type { Tx } from "../../db/database.ts";

export interface CompletedRotation {
  readonly digest: string;
  readonly model_id: string;
}

/** Completes every rotation whose seven days are over and which nobody challenged. */
export async function completeRotations(tx: Tx): Promise<CompletedRotation[]> {
  return (await tx.query<CompletedRotation>("select digest, model_id from omla.complete_key_rotations()")).rows;
}
