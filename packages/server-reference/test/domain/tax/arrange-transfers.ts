import { randomBytes } from "node:crypto";
import type { TestDatabase } from "../../helpers/database.ts";

export interface TransferDraft {
  /** The wallet's address. */
  readonly wallet: string;
  /** What leaves its payable, in dollars; 100 by default. */
  readonly usd?: string;
  readonly state?: "planned" | "sending" | "unknown" | "sent" | "completed" | "failed" | "reversed";
  readonly sentAt?: string | null;
  readonly completedAt?: string | null;
  readonly currency?: string;
  readonly rate?: string;
  /** What came back of it, in dollars. */
  readonly returnedUsd?: string;
}

let revision = 0;

/** A transfer of a closed run of its own, as the owner would find it. */
export async function arrangeTransfer(database: TestDatabase, draft: TransferDraft): Promise<void> {
  const {
    wallet,
    usd = "100",
    state = "completed",
    completedAt = null,
    sentAt = completedAt,
    currency = "USD",
    rate = "1",
    returnedUsd,
  } = draft;
  revision += 1;
  const id = randomBytes(32).toString("hex");
  await database.owner(async (client) => {
    await client.query("set role omla_owner");
    await client.query(
      `with run as (
         insert into omla.payout_runs (quarter, revision, state, lineage_policy, planned_at, closed_at)
         values ('2026-Q1', $1, 'closed', 'sequential', '2026-04-01', '2026-04-01') returning id)
       insert into omla.transfers (id, run_id, wallet_id, currency, attempt, rail, amount, rail_fee, rate, fx_usd, fee_usd, state, sent_at, completed_at, reversed_amount)
       select $2, run.id, w.id, $4, 1, 'sandbox', 1000, 0, $5, ($6::numeric * 1000000)::numeric(38, 0) - 1, 1, $7, $8, $9, $10
         from run, omla.wallets w where w.address = $3`,
      [revision, id, wallet, currency, rate, usd, state, sentAt, completedAt, returnedUsd === undefined ? 0 : 1],
    );
    if (returnedUsd !== undefined)
      await client.query(
        "insert into omla.transfer_returns (ref, transfer_id, amount, usd, reason) values ($1, $2, 1, ($3::numeric * 1000000)::numeric(38, 0), 'reversed')",
        [id, id, returnedUsd],
      );
  });
}
