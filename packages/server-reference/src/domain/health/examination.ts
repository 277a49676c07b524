import { type DocumentType, DOCUMENT_TYPES, utf8Encode, verifyBlacklist, verifyDocument } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import { type DatabaseFinding, examineDatabase } from "../../db/doctor.ts";
import { currentKeys } from "../blacklist/keyset-service.ts";
import { findLatestList } from "../blacklist/repository.ts";
import { describe, reconcile } from "../../ledger/reconcile.ts";
import { PAYOUT_CHECKS } from "../payouts/checks.ts";
import { examineRails } from "../rails/examination.ts";
import { findDocumentsAfter, verifyAuditLog } from "./repository.ts";

export type Finding = DatabaseFinding;

const BATCH = 500;

/** Checks what must hold whatever happened: the database's walls and rows, the audit chain, every signature, the list that is served. */
export async function examine(ctx: AppContext): Promise<Finding[]> {
  return [
    ...(await examineDatabase(ctx.db)),
    await examineAuditLog(ctx),
    await examineDocuments(ctx),
    await examineLedger(ctx),
    await examineList(ctx),
    await examineRails(ctx),
  ];
}

async function examineAuditLog(ctx: AppContext): Promise<Finding> {
  const { row_count, bad_seq } = await ctx.db.service(verifyAuditLog);
  const detail = bad_seq === null ? `${row_count} rows, the chain holds` : `row ${bad_seq} does not fit`;
  return { what: "audit log", fine: bad_seq === null, detail };
}

async function examineDocuments(ctx: AppContext): Promise<Finding> {
  let after = "";
  let count = 0;
  for (;;) {
    const batch = await ctx.db.service((tx) => findDocumentsAfter(tx, after, BATCH));
    for (const { digest, type, body, signature, signer_pubkey } of batch) {
      const member = DOCUMENT_TYPES[type as DocumentType][0];
      const document = { ...(JSON.parse(body) as object), [member]: signature };
      const verified = await verifyDocument(type as DocumentType, document, signer_pubkey).catch(() => undefined);
      if (verified?.digest !== digest) return { what: "signed documents", fine: false, detail: `${digest} (${type}) does not verify` };
    }
    count += batch.length;
    const last = batch.at(-1);
    if (last === undefined) return { what: "signed documents", fine: true, detail: `${count} signatures verify` };
    after = last.digest;
  }
}

async function examineLedger(ctx: AppContext): Promise<Finding> {
  const { ok, discrepancies } = await reconcile(ctx, PAYOUT_CHECKS);
  return { what: "ledger", fine: ok, detail: ok ? "every account is what its tables say" : discrepancies.map(describe).join("; ") };
}

async function examineList(ctx: AppContext): Promise<Finding> {
  const facts = await ctx.db.service(async (tx) => ({ list: await findLatestList(tx), keyset: await currentKeys(tx) }));
  if (facts.list === undefined) return { what: "blacklist", fine: true, detail: "none published yet" };
  const keys = facts.keyset.keys.filter(({ role }) => role === "list").map(({ public_key }) => public_key);
  const verdict = await verifyBlacklist(utf8Encode(facts.list.raw), { keys, threshold: facts.keyset.threshold || 1, now: ctx.clock.now() });
  if (!verdict.ok) return { what: "blacklist", fine: false, detail: `list ${facts.list.sequence} is refused: ${verdict.code}` };
  return {
    what: "blacklist",
    fine: verdict.state !== "EXPIRED",
    detail: `list ${facts.list.sequence} is ${verdict.state}, ${facts.list.entry_count} entries`,
  };
}
