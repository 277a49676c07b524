import { expectMembers } from "./answer.ts";
import type { CallOptions } from "./call.ts";
import type { Registry } from "./registry.ts";

export interface ComplaintInput {
  /** A model by address, id or weight hash; a company by id. */
  readonly target: { readonly kind: "model" | "commercial_user"; readonly id: string };
  readonly reason: "FALSE_REPORT" | "SPLIT_FRAUD" | "SILENT_FEE" | "OWNERSHIP" | "APPEAL" | "OTHER";
  readonly description: string;
  /** Links to what proves it. */
  readonly evidence?: readonly string[] | undefined;
  readonly contact_email?: string | undefined;
}

export interface ComplaintReceipt {
  /** Known to you only: it answers for the state of the complaint. */
  readonly receipt: string;
  readonly status: string;
  readonly filed_at: string;
}

export interface Complaints {
  /** Complains about a model or a company. Repeated within the call where the network fails, it is one complaint. */
  file(complaint: ComplaintInput, options?: CallOptions): Promise<ComplaintReceipt>;
}

export function createComplaints(registry: Registry): Complaints {
  return {
    file: async (complaint, options) => {
      const body = await registry.act("file-complaint", complaint, { ...options, idempotencyKey: `file-complaint-${crypto.randomUUID()}` });
      return expectMembers<ComplaintReceipt>(body, { receipt: "string", status: "string" }, "the complaint's receipt");
    },
  };
}
