import type { Role } from "./role.ts";
import type { Tx } from "./database.ts";

/**
 * Runs a part of a service transaction under the rights of another role, so that what only the board may do stays with its role.
 *
 * The transaction goes on as service_role; what throws ends it altogether.
 */
export async function actAs<Result>(tx: Tx, role: Exclude<Role, "omla_jobs">, work: () => Promise<Result>): Promise<Result> {
  await tx.query(`set local role ${role}`);
  const result = await work();
  await tx.query("set local role service_role");
  return result;
}
