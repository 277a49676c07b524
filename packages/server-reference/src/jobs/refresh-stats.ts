import type { AppContext } from "../context.ts";
import { countAgain } from "../domain/stats/service.ts";

export async function refreshStats(ctx: AppContext): Promise<{ as_of: string }> {
  return { as_of: (await countAgain(ctx)).as_of };
}
