import type { AppContext } from "../context.ts";
import { tellListed } from "../domain/compliance/service.ts";
import type { Sendings } from "../domain/notices/once-service.ts";

export function tellListedJob(ctx: AppContext): Promise<Sendings> {
  return tellListed(ctx);
}
