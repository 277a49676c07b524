import type { AppContext } from "../context.ts";
import { checkServedList, type ServedCheck } from "../domain/blacklist/served-service.ts";

export async function checkServedListJob(ctx: AppContext): Promise<ServedCheck | { checked: false }> {
  return (await checkServedList(ctx)) ?? { checked: false };
}
