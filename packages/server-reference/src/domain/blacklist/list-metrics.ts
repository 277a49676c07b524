import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { ANSWER_MS, withinTime } from "../health/within-time.ts";
import { listStanding } from "./published-service.ts";

/** What a guard of the list looks at: its number, its age, and whether the world gets the bytes that were published. */
export function registerListMetrics(app: App, ctx: AppContext): void {
  const { Gauge } = app.metrics.client;
  const figures = {
    omla_list_sequence: "Number of the newest list",
    omla_list_age_seconds: "Seconds since the newest list was generated",
    omla_list_served_matches: "1 where the list that was fetched from outside is the published one, 0 where it is not",
  } as const;
  for (const [name, help] of Object.entries(figures) as [keyof typeof figures, string][]) {
    new Gauge({
      name,
      help,
      async collect() {
        // Without the database the last known figure stays; omla_database_up says so.
        const standing = await withinTime(ANSWER_MS, () => listStanding(ctx)).catch(() => undefined);
        const value = standing?.[name];
        if (value !== undefined) this.set(value);
      },
    });
  }
}
