import type { Tx } from "../../db/database.ts";

/**
 * Calls a function of `public` by the names of its arguments.
 *
 * @param name - from the table of functions, never from a request; so are the members of `given`
 */
export async function callFunction(tx: Tx, name: string, given: Readonly<Record<string, unknown>>, gives: boolean): Promise<unknown> {
  const members = Object.keys(given).filter((member) => given[member] !== undefined);
  const list = members.map((member, at) => `${member} => $${at + 1}`).join(", ");
  const values = members.map((member) => given[member]);
  if (gives) return (await tx.query(`select * from public.${name}(${list})`, values)).rows;
  return (await tx.query<{ answer: unknown }>(`select public.${name}(${list}) as answer`, values)).rows[0]?.answer ?? null;
}
