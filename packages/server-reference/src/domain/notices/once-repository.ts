import type { Tx } from "../../db/database.ts";

const LEASE_MINUTES = 10;

/** Takes a notice for some minutes. @returns false where it was sent, or somebody else is sending it */
export async function leaseNotice(tx: Tx, key: string): Promise<boolean> {
  const { rows } = await tx.query(
    `insert into omla.notices as n (key, leased_until) values ($1, omla.now() + $2::int * interval '1 minute')
     on conflict (key) do update set leased_until = excluded.leased_until where n.sent_at is null and n.leased_until <= omla.now()
     returning key`,
    [key, LEASE_MINUTES],
  );
  return rows.length === 1;
}

export async function bookNotice(tx: Tx, key: string): Promise<void> {
  await tx.query("update omla.notices set sent_at = omla.now() where key = $1", [key]);
}

/** Gives it back, for the next run. */
export async function releaseNotice(tx: Tx, key: string): Promise<void> {
  await tx.query("update omla.notices set leased_until = omla.now() where key = $1 and sent_at is null", [key]);
}
