import { type LineageModel, planRegistration, type Registration, type RegistrationPlan } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { findLineageModels } from "./lineage-repository.ts";

/** What each parent and wallet of a stored model will really get under this registry's policy. */
export async function planModel(ctx: AppContext, tx: Tx, document: Registration): Promise<RegistrationPlan> {
  const { lineagePolicy, limits } = ctx.config;
  const known = new Map<string, LineageModel>((await findLineageModels(tx, document.model_id)).map(({ id, ...model }) => [id, model]));
  return planRegistration(document, known, lineagePolicy, limits);
}
