import type { Tx } from "../../db/database.ts";

export async function insertBoardMember(tx: Tx, email: string): Promise<string> {
  const { rows } = await tx.query<{ id: string }>("insert into omla.board_members (email) values ($1) returning id", [email]);
  const [row] = rows;
  if (row === undefined) throw new TypeError("an insert returns its row");
  return row.id;
}
