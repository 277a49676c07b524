import { formatTimestamp } from "@omla/sdk/protocol";
import type * as z from "zod";
import type { AppContext } from "../../context.ts";
import { findDeadlines, findUntold, foresee } from "./repository.ts";
import type { compliancePreview } from "./schema.ts";

export type CompliancePreview = z.output<typeof compliancePreview>;

/** What a tick at a moment would change, whom it would tell and remind; in a transaction that cannot write. */
export async function previewTick(ctx: AppContext, asOf: Date): Promise<CompliancePreview> {
  return ctx.db.service(
    async (tx) => ({
      as_of: formatTimestamp(asOf),
      moves: await foresee(tx, asOf),
      to_tell: (await findUntold(tx)).map(({ id, subject_kind, name, case_ref, email }) => ({
        id,
        subject_kind,
        name,
        case: case_ref,
        reachable: email !== null,
      })),
      deadlines: (await findDeadlines(tx, asOf)).map(({ email, deadline, ...ahead }) => ({
        ...ahead,
        deadline: formatTimestamp(deadline),
        reachable: email !== null,
      })),
    }),
    { readOnly: true },
  );
}
