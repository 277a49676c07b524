import * as z from "zod";
import { boardAction } from "../approvals/board-action.ts";
import type { ProposalKind } from "./proposal-repository.ts";
import { approveProposal } from "./proposal-service.ts";
import { requireProposal } from "./sign-off-service.ts";

const content = z.strictObject({ number: z.int().min(1), changed: z.int().min(0) });

/** Two members let a list or keyset go out that waits: the very bytes that were proposed, named by their digest. */
const publish = (kind: ProposalKind, about: string): ReturnType<typeof boardAction> =>
  boardAction({
    role: "reviewer",
    about,
    content,
    groundsOf: async (_ctx, tx, subject) => {
      const { digest, number, changed } = await requireProposal(tx, subject, kind);
      return { digest, number, changed };
    },
    execute: async (ctx, tx, { subject }) => approveProposal(ctx, tx, subject),
  });

export const publishList: ReturnType<typeof boardAction> = publish("blacklist", "publish a list that changes many entries at once");
export const publishKeys: ReturnType<typeof boardAction> = publish("keyset", "put another keyset into force");
