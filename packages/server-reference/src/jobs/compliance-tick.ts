import type { AppContext } from "../context.ts";
import { type TickAnswer, tickEverybody } from "../domain/compliance/service.ts";

export function complianceTick(ctx: AppContext): Promise<TickAnswer> {
  return tickEverybody(ctx);
}
