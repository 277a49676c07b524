import type { Tx } from "../../db/database.ts";
import { modelError } from "./errors.ts";

/** The id of a model that is named by address, id or weight hash. @throws {ApiError} MODEL_NOT_FOUND with the path */
export async function resolveModelId(tx: Tx, reference: string, path: string): Promise<string> {
  const { rows } = await tx.query<{ id: string | null }>(
    `select coalesce(
       (select m.id from omla.models m where m.id = case when $1 ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then $1::uuid end),
       (select w.model_id from omla.wallets w where w.address = $1 and w.is_primary),
       (select h.model_id from omla.model_hashes h where h.sha256 = $1 order by h.is_active desc limit 1)) as id`,
    [reference.toLowerCase()],
  );
  const id = rows[0]?.id;
  if (id === null || id === undefined) throw modelError("MODEL_NOT_FOUND", `No registered model is named ${reference.slice(0, 80)}.`, path);
  return id;
}
