import type { Tx } from "../../db/database.ts";

/** One group of the figures: how many stand behind it, and its amount. */
export interface FigureRow {
  readonly kind: "as_of" | "models" | "kinds" | "companies" | "paid" | "rejected" | "blacklisted" | "rail";
  readonly name: string;
  readonly members: number;
  /** Dollars with six places, or a count. */
  readonly amount: string;
}

export async function findFigures(tx: Tx): Promise<FigureRow[]> {
  const { rows } = await tx.query<Omit<FigureRow, "members"> & { members: string }>(
    "select kind, name, members::text, amount::text from omla.transparency order by kind, name",
  );
  return rows.map((row) => ({ ...row, members: Number(row.members) }));
}

export async function refreshFigures(tx: Tx): Promise<void> {
  await tx.query("select omla.refresh_transparency()");
}
