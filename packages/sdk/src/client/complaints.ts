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

/** How a complaint stands, for whoever holds its receipt. */
export interface ComplaintStanding {
  readonly receipt: string;
  readonly status: "open" | "resolved" | "dismissed" | "upheld" | "lapsed";
  readonly reason: string;
  readonly filed_at: string;
  /** When the holder of the target was told. */
  readonly notified_at: string | null;
  readonly closed_at: string | null;
  /** What the board says about it. */
  readonly resolution: string | null;
}

export interface Complaints {
  /** Complains about a model or a company. Repeated within the call where the network fails, it is one complaint. */
  file(complaint: ComplaintInput, options?: CallOptions): Promise<ComplaintReceipt>;
  /** How a complaint stands, by the receipt that `file` gave. */
  status(receipt: string, options?: CallOptions): Promise<ComplaintStanding>;
}

export function createComplaints(registry: Registry): Complaints {
  return {
    file: async (complaint, options) => {
      const body = await registry.act("file-complaint", complaint, { ...options, idempotencyKey: `file-complaint-${crypto.randomUUID()}` });
      return expectMembers<ComplaintReceipt>(body, { receipt: "string", status: "string" }, "the complaint's receipt");
    },
    status: async (receipt, options) => {
      const body = await registry.act("complaint-status", { receipt }, { ...options, reads: true });
      return expectMembers<ComplaintStanding>(body, { receipt: "string", status: "string", filed_at: "string" }, "the complaint");
    },
  };
}
