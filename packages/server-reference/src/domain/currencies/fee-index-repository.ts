import type { Tx } from "../../db/database.ts";
import type { DeclaredFee } from "./fee-index-schema.ts";

export interface FeeCursor {
  readonly feePct: string;
  readonly remitterId: string;
  readonly from: string;
  readonly to: string;
}

export async function findDeclaredFees(tx: Tx, after: FeeCursor | undefined, limit: number): Promise<DeclaredFee[]> {
  const { rows } = await tx.query<DeclaredFee>(FIND_DECLARED_FEES, [after?.feePct, after?.remitterId, after?.from, after?.to, limit]);
  return rows;
}

const FIND_DECLARED_FEES = `
  select remitter_kind, remitter_id, remitter_name, from_code as "from", to_code as "to", trim_scale(fee_pct)::text as fee_pct, omla.iso(declared_at) as declared_at
    from public.conversion_fees
   where $1::numeric is null or fee_pct <= $1::numeric and (fee_pct < $1::numeric or (remitter_id, from_code, to_code) > ($2::uuid, $3::text, $4::text))
   order by conversion_fees.fee_pct desc, remitter_id, from_code, to_code limit $5`;
