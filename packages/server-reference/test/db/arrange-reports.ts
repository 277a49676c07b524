import { randomUUID } from "node:crypto";
import { computeRoyalty } from "@omla/sdk/protocol";
import type { TestDatabase } from "../helpers/database.ts";

export async function arrangeCompany(
  database: TestDatabase,
  name: string,
  email: string,
  ownerPubkey: string | null = null,
): Promise<string> {
  return database.db.service(async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      "insert into omla.commercial_users (company_name, owner_pubkey) values ($1, $2) returning id",
      [name, ownerPubkey],
    );
    const id = rows[0]?.id ?? "";
    await tx.query("insert into omla.commercial_user_private (company_id, contact_email) values ($1, $2)", [id, email]);
    return id;
  });
}

export interface ReportDraft {
  readonly company: string;
  readonly quarter: string;
  readonly version?: number;
  readonly final?: boolean;
  readonly live?: boolean;
  /** When it was filed; the clock's time where it is left out. */
  readonly filedAt?: string;
  readonly lines: readonly { readonly model: string; readonly revenue: string; readonly status?: string; readonly disputedAt?: string }[];
}

/** Files a report as the server does. @returns the ids of its lines */
export async function arrangeReport(database: TestDatabase, draft: ReportDraft): Promise<string[]> {
  return database.db.service(async (tx) => {
    const { rows } = await tx.query<{ id: string; filed: Date }>(
      `insert into omla.submissions (reporter_id, quarter, version, final, live, lineage_policy, content_sha256, content, filed_at, first_filed_at)
       values ($1, $2, $3, $4, $5, 'sequential', repeat('0', 64), '{}', coalesce($6, omla.now_seconds()), coalesce($6, omla.now_seconds())) returning id, first_filed_at as filed`,
      [draft.company, draft.quarter, draft.version ?? 1, draft.final ?? false, draft.live ?? true, draft.filedAt ?? null],
    );
    const [submission] = rows;
    const ids: string[] = [];
    for (const [index, line] of draft.lines.entries()) {
      const id = randomUUID();
      ids.push(id);
      const figures = computeRoyalty({ rate: "0.30", revenue_usd: line.revenue, run_cost_usd: "0" });
      await tx.query(
        `insert into omla.usage_reports (id, submission_id, reporter_id, model_id, quarter, live, filed_at, entry, inferences, revenue_usd, run_cost_usd, rate,
           royalty_basis, royalty_usd, deducted_fees_usd, net_royalty_usd, hoster_share_pct, license_version, terms_sha256)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, 0, 0.30, $10, $11, $12, $13, 0, 'v8-10-2025', repeat('0', 64))`,
        [
          id,
          submission?.id,
          draft.company,
          line.model,
          draft.quarter,
          draft.live ?? true,
          submission?.filed,
          `entries[${index}]`,
          line.revenue,
          figures.royalty_basis,
          figures.royalty_usd,
          figures.deducted_fees_usd,
          figures.net_royalty_usd,
        ],
      );
      if (line.status !== undefined) {
        await tx.query("update omla.usage_reports set status = $2, disputed_at = $3 where id = $1", [
          id,
          line.status,
          line.disputedAt ?? null,
        ]);
      }
    }
    return ids;
  });
}
