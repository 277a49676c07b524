import type { Tx } from "../../db/database.ts";

export async function insertChallenge(tx: Tx, challenge: string, expiresAt: Date): Promise<void> {
  await tx.query("insert into omla.sign_in_challenges (challenge, expires_at) values ($1, $2)", [challenge, expiresAt]);
}

/** Uses a challenge up. @returns whether it was ours, unused and not too old */
export async function useChallenge(tx: Tx, challenge: string): Promise<boolean> {
  const { rows } = await tx.query(
    "update omla.sign_in_challenges set used_at = omla.now() where challenge = $1 and used_at is null and expires_at > omla.now() returning challenge",
    [challenge],
  );
  return rows.length === 1;
}

export async function deleteOldChallenges(tx: Tx): Promise<void> {
  await tx.query("delete from omla.sign_in_challenges where expires_at < omla.now() - interval '1 day'");
}
