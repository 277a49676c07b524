import type { AppContext } from "../context.ts";
import { remindOfDeadlines } from "../domain/compliance/reminder-service.ts";
import type { Sendings } from "../domain/notices/once-service.ts";

export function remindOfDeadlinesJob(ctx: AppContext): Promise<Sendings> {
  return remindOfDeadlines(ctx);
}
