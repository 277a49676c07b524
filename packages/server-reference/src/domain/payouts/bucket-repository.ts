import type { RailName } from "../../rails/rail.ts";
import type { Tx } from "../../db/database.ts";
import type { EnabledRail } from "./positions.ts";

/** What the last run left of a wallet's currency, or what has come back since. Micro-dollars; nets and fees in 10^-14 USD. */
export interface CarriedRow {
  readonly wallet: string;
  readonly currency: string;
  readonly usd: string;
  readonly net: string;
  readonly fees: Readonly<Record<string, string>>;
}

/** @param runId - takes what came back into this run */
export async function takeCarried(tx: Tx, runId: string): Promise<CarriedRow[]> {
  const { rows } = await tx.query<CarriedRow>(TAKE_CARRIED, [runId]);
  return rows;
}

const TAKE_CARRIED = `
  with last_run as (
    select r.id from omla.payout_runs r where r.id <> $1 order by r.seq desc limit 1
  ), returned as (
    update omla.transfer_returns b set run_id = $1 where b.run_id is null returning b.transfer_id, b.usd, b.fees
  )
  select w.address::text as wallet, c.currency, c.usd::text, c.net::text, c.fees
    from (
      select p.wallet_id, p.currency, p.rest_usd as usd, p.rest_net as net, p.rest_fees as fees
        from omla.payout_positions p join last_run l on l.id = p.run_id where p.rest_usd <> 0 or p.rest_net <> 0
      union all
      select t.wallet_id, t.currency, b.usd, b.usd * 100000000 - (select coalesce(sum(f.value::numeric), 0) from jsonb_each_text(b.fees) f), b.fees
        from returned b join omla.transfers t on t.id = b.transfer_id
    ) c
    join omla.wallets w on w.id = c.wallet_id`;

/** Payments that wait wait for another currency now: the run that pays them finds them by it. */
export async function moveWaitingPayments(
  tx: Tx,
  moves: readonly { readonly wallet: string; readonly from: string; readonly to: string }[],
): Promise<void> {
  await tx.query(
    `update omla.payments y set settled_currency = u.to_code
       from unnest($1::text[], $2::text[], $3::text[]) as u (wallet, from_code, to_code) join omla.wallets w on w.address = u.wallet
      where y.wallet_id = w.id and y.settled_currency = u.from_code and y.status in ('held', 'failed', 'reversed')`,
    [moves.map(({ wallet }) => wallet), moves.map(({ from }) => from), moves.map(({ to }) => to)],
  );
}

/** What the ledger owes each wallet, the parts held for tax and for a fresh rail with it; micro-dollars. */
export async function findPayables(tx: Tx): Promise<{ readonly wallet: string; readonly usd: string }[]> {
  const { rows } = await tx.query<{ wallet: string; usd: string }>(
    `select substring(e.account from '[^:]+$') as wallet, (-sum(e.amount))::text as usd from omla.ledger_entries e
      where (e.account like 'payable:%' or e.account like 'held:tax:%' or e.account like 'held:rail:%') and e.currency = 'USD'
      group by 1 having sum(e.amount) <> 0`,
  );
  return rows;
}

export interface WalletRow {
  readonly wallet: string;
  readonly wallet_id: string;
  readonly rails: readonly EnabledRail[];
}

interface StoredRail {
  readonly rail: RailName;
  readonly destination: string | null;
  readonly ready: boolean;
  readonly changed_at: string | null;
  readonly to_confirm: boolean;
}

/** Wallets by address, with the rails that their owners enabled. */
export async function findWallets(tx: Tx, wallets: readonly string[]): Promise<WalletRow[]> {
  const { rows } = await tx.query<{ wallet: string; wallet_id: string; rails: StoredRail[] }>(FIND_WALLETS, [wallets]);
  return rows.map(({ rails, ...row }) => ({ ...row, rails: rails.map(toEnabled) }));
}

/** The rail of a registration has no date; every later choice has, and every account that was opened since. */
const FIND_WALLETS = `
  select w.address::text as wallet, w.id as wallet_id,
         (select coalesce(json_agg(json_build_object('rail', r.rail, 'destination', r.destination, 'ready', r.ready and r.destination is not null,
                   'changed_at', r.changed_at, 'to_confirm', r.to_confirm) order by r.rail), '[]')
            from omla.rails_with_returns r where r.wallet_id = w.id) as rails
    from omla.wallets w where w.address = any ($1::text[])`;

function toEnabled({ rail, destination, ready, changed_at, to_confirm }: StoredRail): EnabledRail {
  const changedAt = changed_at === null ? null : new Date(changed_at);
  return { rail, destination: destination ?? "", ready, changedAt, toConfirm: to_confirm };
}

/** How many transfers each wallet and currency has had for a quarter. */
export async function findAttempts(tx: Tx, quarter: string): Promise<Map<string, number>> {
  const { rows } = await tx.query<{ wallet: string; currency: string; attempts: number }>(
    `select w.address::text as wallet, t.currency, max(t.attempt) as attempts
       from omla.transfers t join omla.payout_runs r on r.id = t.run_id join omla.wallets w on w.id = t.wallet_id
      where r.quarter = $1 group by 1, 2`,
    [quarter],
  );
  return new Map(rows.map(({ wallet, currency, attempts }) => [`${wallet} ${currency}`, attempts]));
}
