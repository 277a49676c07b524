import type { AppContext } from "../context.ts";
import type { Sendings } from "../domain/notices/once-service.ts";
import { tellPayees } from "../domain/payouts/payee-service.ts";

export function tellPayeesJob(ctx: AppContext): Promise<Sendings> {
  return tellPayees(ctx);
}
